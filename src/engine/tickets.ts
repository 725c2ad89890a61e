import type { Pacing } from '../plan/plan.ts';
import { RateCurve } from './rate-curve.ts';
import type { ThreadPartition } from './thread-partition.ts';

/** Returns a uniform number in (0, 1] for each ticket; deterministic. */
export type UniformOf = (sequence: number) => number;

/**
 * Generates one thread's tickets of a paced job in order, each with its intended start. All threads compute the same
 * schedule and keep their own tickets, so together they follow the exact schedule.
 */
export class Tickets {
  readonly #curve: RateCurve;
  readonly #share: ThreadPartition;
  readonly #gap: (sequence: number) => number;
  #position = 0;
  /** Number of the current ticket, over all threads. */
  sequence = -1;
  /** Intended start in milliseconds from the start of the schedule; `Infinity`: never. */
  intendedMs = 0;

  constructor(pacing: Extract<Pacing, { kind: 'paced' }>, share: ThreadPartition, uniform: UniformOf) {
    this.#curve = new RateCurve(pacing.segments);
    this.#share = share;
    // Arrivals are generated for a rate of 1, evenly spaced or as a Poisson process with exponential gaps, and mapped
    // to time by the rate curve.
    this.#gap =
      pacing.arrival === 'poisson'
        ? (sequence) => -Math.log(uniform(sequence))
        : (sequence) => (sequence === 0 ? 0 : 1);
    this.advance();
  }

  /** Advances to this thread's next ticket. */
  advance(): void {
    const next = this.#share.next(this.sequence);
    while (this.sequence < next) {
      this.sequence++;
      this.#position += this.#gap(this.sequence);
    }
    this.intendedMs = this.#curve.timeOfArrival(this.#position);
  }
}
