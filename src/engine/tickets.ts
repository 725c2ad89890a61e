import type { Pacing } from '../plan/plan.ts';
import { RateCurve } from './rate-curve.ts';
import type { Share } from './share.ts';

/** Uniform numbers in (0, 1], one for each ticket; the same ticket always gets the same. */
export type UniformOf = (sequence: number) => number;

/**
 * Hands out one thread's tickets of a paced job in order, each with the moment it is meant to start. All threads walk
 * the same schedule and keep their own tickets, so together they give exactly the schedule asked for.
 */
export class Tickets {
  readonly #curve: RateCurve;
  readonly #share: Share;
  readonly #gap: (sequence: number) => number;
  #position = 0;
  /** Number of the ticket at the head, over all threads. */
  sequence = -1;
  /** Milliseconds from the schedule's start at which it is meant to start; `Infinity`: never. */
  intendedMs = 0;

  constructor(pacing: Extract<Pacing, { kind: 'paced' }>, share: Share, uniform: UniformOf) {
    this.#curve = new RateCurve(pacing.segments);
    this.#share = share;
    // Arrivals are laid out on the curve's own axis, where the rate is 1: evenly, or as a Poisson process whose gaps are
    // exponential. The curve then stretches that axis into time.
    this.#gap =
      pacing.arrival === 'poisson'
        ? (sequence) => -Math.log(uniform(sequence))
        : (sequence) => (sequence === 0 ? 0 : 1);
    this.advance();
  }

  /** Moves on to this thread's next ticket. */
  advance(): void {
    const next = this.#share.next(this.sequence);
    while (this.sequence < next) {
      this.sequence++;
      this.#position += this.#gap(this.sequence);
    }
    this.intendedMs = this.#curve.timeOf(this.#position);
  }
}
