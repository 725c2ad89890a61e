import type { Mix } from '../data/mix.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Share } from './share.ts';
import type { Tickets } from './tickets.ts';

interface StretchOptions {
  /** One for each of the job's operations; those of one type share theirs. */
  readonly recorders: readonly Recorder[];
  readonly mix: Mix;
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
export class Stretch {
  readonly recorders: readonly Recorder[];
  readonly startMs: number;
  readonly endMs: number;
  readonly #tickets: Tickets | undefined;
  readonly #mix: Mix;
  readonly #operations: number;
  #left: number;
  #skipped = 0;
  /** Tickets that came due on this thread, started and skipped ones, for each operation. */
  readonly planned: number[];

  constructor(options: StretchOptions) {
    this.recorders = options.recorders;
    this.#mix = options.mix;
    this.planned = options.recorders.map(() => 0);
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

  /** Takes the ticket at the head, to start a request of the operation. */
  take(operation: number): void {
    this.planned[operation]!++; // an operation of the job
    if (this.#tickets === undefined) this.#left--;
    else this.#tickets.advance();
  }

  /** Takes the ticket at the head, to leave it out. */
  skip(): void {
    // What it would have been nobody knows: those left out have the proportions of all.
    const operation = this.#mix.operationOf(this.#skipped++);
    this.take(operation);
    this.recorders[operation]!.skip(1); // an operation of the job
  }

  /** The stretch is over: whatever was due before `cutMs` and still waits will not be started any more. */
  close(cutMs: number): void {
    if (!this.paced) return;
    while (!this.exhausted && this.dueMs < cutMs) this.skip();
  }
}
