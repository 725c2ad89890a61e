import { ABORTED, failure, type FailureDetail, OK, type Outcome } from '../shared/outcome.ts';
import type { Session } from '../drivers/driver.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { RequestSlot } from './request-slot.ts';
import type { ResponseChecks } from './response-checks.ts';
import type { Expiring } from './deadlines.ts';
import type { PendingWrite } from './write-watermarks.ts';

const TIMED_OUT = failure('timeout');

/** Operations of a request: most requests have one; some read the document before they update it. */
export interface RequestOperations {
  readonly operation: number;
  /** Sent first; the request continues if it succeeds. */
  readonly first: number | undefined;
}

/** One of a job's concurrent loops, which a ticket occupies from its start to its end. */
export interface LoadWorker extends Expiring, PendingWrite {
  /** A ticket is in flight. */
  readonly busy: boolean;
  /** Number of the ticket. */
  readonly sequence: number;
  /** Operation of the ticket's latest request. */
  readonly operation: number;
  /** Error of a failed ticket, and its detail. */
  failure: unknown;
  readonly detail: FailureDetail | undefined;
  /** Backoff in milliseconds after the next failure to connect; 0 after a success. */
  backoffMs: number;
  /**
   * Starts a ticket; the owner's `onFinished` is called at its end.
   * @param recorder counts the ticket
   * @param operations of the request: the one that is recorded, and an optional one sent before it
   * @param intendedMs intended start; `nowMs` without a schedule
   * @param phases bit mask of the active phases of the system under test
   */
  start(
    recorder: Recorder,
    sequence: number,
    operations: RequestOperations,
    intendedMs: number,
    nowMs: number,
    phases?: number,
  ): void;
  /** Aborts the ticket in flight, which ends before this returns. */
  abort(): void;
}

/** Receives finished tickets of its workers. */
export interface WorkerOwner {
  nowMs(): number;
  onFinished(worker: LoadWorker, outcome: Outcome, nowMs: number): void;
}

/** A worker whose tickets are single requests: a connection with at most one request in flight. */
export class Worker extends RequestSlot implements LoadWorker {
  readonly #owner: WorkerOwner;
  readonly #session: Session;
  readonly #checks: ResponseChecks | undefined;
  /** Recorder of the window in which the request was started, warm-up or measured. */
  #recorder: Recorder | undefined;
  #intendedMs = 0;
  /** Bit mask of the phases of the system under test that were active when the request was sent. */
  #phases = 0;
  /** Second operation of the request, sent after the first succeeds. */
  #next: number | undefined = undefined;
  /** Send time of the first of two operations. */
  #firstSentMs: number | undefined = undefined;

  // Writing
  writeTicket = 0;
  earlierWrite: PendingWrite | undefined = undefined;
  laterWrite: PendingWrite | undefined = undefined;

  backoffMs = 0;

  /** @param checks evaluate the responses; `undefined`: none do */
  constructor(owner: WorkerOwner, session: Session, checks?: ResponseChecks) {
    super();
    this.#owner = owner;
    this.#session = session;
    this.#checks = checks;
  }

  get busy(): boolean {
    return this.#recorder !== undefined;
  }

  start(
    recorder: Recorder,
    sequence: number,
    steps: RequestOperations,
    intendedMs: number,
    nowMs: number,
    phases = 0,
  ): void {
    this.#recorder = recorder;
    this.detail = undefined;
    this.#intendedMs = intendedMs;
    this.#phases = phases;
    this.sequence = sequence;
    this.operation = steps.first ?? steps.operation;
    this.#next = steps.first === undefined ? undefined : steps.operation;
    this.sentMs = nowMs;
    recorder.start();
    this.#session.execute(this);
  }

  record(metric: number, value: number): void {
    this.#recorder?.record(metric, value);
  }

  done(outcome: Outcome): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return; // ignores a driver that finishes twice
    this.recordTransfer(recorder);
    if (this.#next !== undefined && outcome === OK) {
      this.operation = this.#next;
      this.#next = undefined;
      this.#firstSentMs = this.sentMs;
      this.#session.execute(this);
      return;
    }
    const nowMs = this.#owner.nowMs();
    const serviceMs = nowMs - (this.#firstSentMs ?? this.sentMs);
    const responseMs = nowMs - this.#intendedMs;
    const checked = this.#checks === undefined ? outcome : this.#checks.check(this, outcome, serviceMs, recorder);
    this.#recorder = undefined;
    recorder.finish(checked, serviceMs, responseMs, this.sequence, nowMs);
    if (this.#phases !== 0) recorder.finishIn(this.#phases, checked, serviceMs, responseMs);
    this.#firstSentMs = undefined;
    if (this.detail !== undefined) recorder.detail(this.detail);
    this.#owner.onFinished(this, checked, nowMs);
  }

  expire(): void {
    this.#session.cancel(TIMED_OUT);
  }

  abort(): void {
    this.#session.cancel(ABORTED);
  }
}
