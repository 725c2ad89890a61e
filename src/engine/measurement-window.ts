import type { Mix } from '../data/mix.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { ThreadPartition } from './thread-partition.ts';
import type { RecordedTickets } from './recorded-tickets.ts';
import { Tickets } from './tickets.ts';

interface MeasurementWindowOptions {
  /** One for each operation of the job; operations of the same type share a recorder. */
  readonly recorders: readonly Recorder[];
  readonly mix: Mix;
  readonly share: ThreadPartition;
  /** The schedule; `undefined`: requests start whenever a worker is idle. */
  readonly tickets: Tickets | RecordedTickets | undefined;
  readonly startMs: number;
  /** No requests start from here on; `Infinity`: unlimited. */
  readonly endMs: number;
  /** Number of requests of the job, over all threads; `Infinity`: unlimited. */
  readonly operations: number;
}

/** A measurement window of a job with separate recorders: the warm-up, or the measured part. */
export class MeasurementWindow {
  readonly recorders: readonly Recorder[];
  /** The schedule counts from here on; a pause moves it. */
  startMs: number;
  endMs: number;
  /** No requests start from here on: the end, or the beginning of a pause. */
  haltMs: number;
  readonly #tickets: Tickets | RecordedTickets | undefined;
  readonly #mix: Mix;
  readonly #operations: number;
  #left: number;
  #skipped = 0;
  /** Tickets that came due on this thread, started and skipped, for each operation. */
  readonly planned: number[];

  constructor(options: MeasurementWindowOptions) {
    this.recorders = options.recorders;
    this.#mix = options.mix;
    this.planned = options.recorders.map(() => 0);
    this.startMs = options.startMs;
    this.endMs = options.endMs;
    this.haltMs = options.endMs;
    this.#tickets = options.tickets;
    this.#operations = options.operations;
    this.#left = options.share.countOf(options.operations);
  }

  get paced(): boolean {
    return this.#tickets !== undefined;
  }

  /** Whether all requests were started, or no ticket can come due any more. */
  get exhausted(): boolean {
    if (this.#tickets === undefined) return this.#left <= 0;
    return this.#tickets.sequence >= this.#operations || (this.dueMs === Infinity && this.endMs === Infinity);
  }

  /** Intended start of the next ticket; always in the past without a schedule. */
  get dueMs(): number {
    return this.#tickets === undefined ? -Infinity : this.startMs + this.#tickets.intendedMs;
  }

  /** Starts no requests from `atMs` on, until `resume`. */
  pause(atMs: number): void {
    this.haltMs = Math.min(this.endMs, atMs);
  }

  /** Continues `pausedMs` later than planned, unless it ended before `fromMs`, when the pause began. */
  resume(fromMs: number, pausedMs: number): void {
    if (this.endMs > fromMs) {
      this.startMs += pausedMs;
      this.endMs += pausedMs;
    }
    this.haltMs = this.endMs;
  }

  /** Multiplies the rate of the schedule from `atMs` on; recorded times stay. */
  scale(atMs: number, factor: number): void {
    if (this.#tickets instanceof Tickets) this.#tickets.scale(atMs - this.startMs, factor);
  }

  /** Consumes the next ticket to start a request of the operation. */
  take(operation: number): void {
    this.planned[operation]!++; // an operation of the job
    if (this.#tickets === undefined) this.#left--;
    else this.#tickets.advance();
  }

  /** Consumes the next ticket without starting a request. Returns whether its request is lost with it. */
  skip(): boolean {
    const isNumbered = this.#tickets?.numbersRequests === true;
    // Without a request, the operation of a skipped ticket is unknown; such tickets are distributed like the mix.
    const operation = this.#mix.operationOf(isNumbered ? this.#tickets.sequence : this.#skipped++);
    this.take(operation);
    this.recorders[operation]!.skip(1); // an operation of the job
    return isNumbered;
  }

  /**
   * Ends the window: counts the tickets that came due before `cutMs` and were not started as skipped. Millions of them
   * take microseconds, and Poisson arrivals some milliseconds.
   */
  close(cutMs: number): void {
    const tickets = this.#tickets;
    if (tickets === undefined) return;
    if (tickets.numbersRequests) {
      while (!this.exhausted && this.dueMs < cutMs) this.skip();
      return;
    }
    const passed = tickets.skipWhile((intendedMs) => this.startMs + intendedMs < cutMs, this.#operations);
    const end = this.#skipped + passed;
    for (const [operation, recorder] of this.recorders.entries()) {
      const skipped = this.#mix.countBefore(operation, end) - this.#mix.countBefore(operation, this.#skipped);
      this.planned[operation]! += skipped; // an operation of the job
      recorder.skip(skipped);
    }
    this.#skipped = end;
  }
}
