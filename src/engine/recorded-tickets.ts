import type { RecordedPacing } from '../plan/recorded.ts';
import type { ThreadPartition } from './thread-partition.ts';
import type { TicketSchedule } from './tickets.ts';

/** One thread's tickets of a recorded schedule: ticket `n` is due at the recorded time of request `n`. */
export class RecordedTickets implements TicketSchedule {
  readonly #times: Float64Array;
  readonly #roundMs: number | undefined;
  readonly #share: ThreadPartition;
  readonly numbersRequests = true;
  sequence = -1;
  intendedMs = 0;

  constructor({ times, roundMs }: RecordedPacing, share: ThreadPartition) {
    this.#times = new Float64Array(times);
    this.#roundMs = roundMs;
    this.#share = share;
    this.advance();
  }

  advance(): void {
    this.sequence = this.#share.next(this.sequence);
    this.intendedMs = this.#timeOf(this.sequence);
  }

  #timeOf(sequence: number): number {
    const count = this.#times.length;
    if (sequence < count) return this.#times[sequence]!; // inside the list
    if (this.#roundMs === undefined) return Infinity;
    const round = Math.floor(sequence / count);
    return round * this.#roundMs + this.#times[sequence - round * count]!; // likewise
  }
}
