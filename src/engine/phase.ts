import type { Recorder } from '../recorder/recorder.ts';
import type { Share } from './share.ts';
import type { Tickets } from './tickets.ts';

interface PhaseOptions {
  readonly recorder: Recorder;
  readonly share: Share;
  /** The schedule; `undefined`: requests start whenever a worker is free. */
  readonly tickets: Tickets | undefined;
  readonly startMs: number;
  /** Nothing is started from here on; `Infinity`: no limit. */
  readonly endMs: number;
  /** Requests of the whole job, over all threads; `Infinity`: no limit. */
  readonly operations: number;
}

/** A stretch of a job with a recorder of its own: the warm-up, or what is measured. */
export class Phase {
  readonly recorder: Recorder;
  readonly startMs: number;
  readonly endMs: number;
  readonly #tickets: Tickets | undefined;
  readonly #operations: number;
  #left: number;
  /** Tickets that came due on this thread: started and skipped ones. */
  planned = 0;

  constructor(options: PhaseOptions) {
    this.recorder = options.recorder;
    this.startMs = options.startMs;
    this.endMs = options.endMs;
    this.#tickets = options.tickets;
    this.#operations = options.operations;
    this.#left = options.share.countOf(options.operations);
  }

  get paced(): boolean {
    return this.#tickets !== undefined;
  }

  /** Whether everything asked for has been dealt out, or nothing more can ever come due. */
  get exhausted(): boolean {
    if (this.#tickets === undefined) return this.#left <= 0;
    return this.#tickets.sequence >= this.#operations || (this.dueMs === Infinity && this.endMs === Infinity);
  }

  /** When the ticket at the head is meant to start; without a schedule it is always due. */
  get dueMs(): number {
    return this.#tickets === undefined ? -Infinity : this.startMs + this.#tickets.intendedMs;
  }

  /** Takes the ticket at the head, to start it. */
  take(): void {
    this.planned++;
    if (this.#tickets === undefined) this.#left--;
    else this.#tickets.advance();
  }

  /** Takes the ticket at the head, to leave it out. */
  skip(): void {
    this.take();
    this.recorder.skip(1);
  }

  /** The phase is over: whatever was due before `cutMs` and still waits will not be started any more. */
  close(cutMs: number): void {
    if (!this.paced) return;
    while (!this.exhausted && this.dueMs < cutMs) this.skip();
  }
}
