import type { Pacing } from '../plan/plan.ts';
import { type Arrivals, evenArrivals } from './arrivals.ts';
import { PoissonArrivals } from './poisson-arrivals.ts';
import { RateCurve } from './rate-curve.ts';
import { ScaledCurve } from './scaled-curve.ts';
import type { ThreadPartition } from './thread-partition.ts';

/** One thread's tickets of a schedule, in order. */
export interface TicketSchedule {
  /**
   * Whether the number of a ticket is that of its request, so that a ticket that is not started has lost its request;
   * otherwise requests are numbered when they start.
   */
  readonly numbersRequests: boolean;
  /** Number of the current ticket, over all threads. */
  readonly sequence: number;
  /** Intended start in milliseconds from the start of the schedule; `Infinity`: never. */
  readonly intendedMs: number;
  /** Advances to this thread's next ticket. */
  advance(): void;
}

/**
 * Generates one thread's tickets of a paced job in order, each with its intended start. All threads compute the same
 * schedule and keep their own tickets, so together they follow the exact schedule.
 */
export class Tickets implements TicketSchedule {
  #curve: RateCurve | ScaledCurve;
  readonly #share: ThreadPartition;
  /** Arrivals for a rate of 1, which the rate curve maps to time. */
  readonly #arrivals: Arrivals;
  readonly numbersRequests = false;
  sequence = -1;
  intendedMs = 0;

  /** @param key random stream of the arrivals */
  constructor({ segments, arrival }: Extract<Pacing, { kind: 'paced' }>, share: ThreadPartition, key: number) {
    this.#curve = new RateCurve(segments);
    this.#share = share;
    this.#arrivals = arrival === 'poisson' ? new PoissonArrivals(key) : evenArrivals;
    this.#goTo(share.next(-1));
  }

  advance(): void {
    this.#goTo(this.#share.next(this.sequence));
  }

  /**
   * Multiplies the rate of the schedule from a time on; tickets that were due before stay due then.
   * @param atMs milliseconds from the start of the schedule
   * @param factor of the rate of the plan
   */
  scale(atMs: number, factor: number): void {
    const curve = this.#curve instanceof ScaledCurve ? this.#curve : new ScaledCurve(this.#curve);
    curve.scale(atMs, factor);
    this.#curve = curve;
    this.#goTo(this.sequence);
  }

  /**
   * Advances to this thread's first ticket that is not due, or is not below `limit`.
   * @param isDue by intended start; stays false once it is false
   * @returns number of this thread's tickets that were passed
   */
  skipWhile(isDue: (intendedMs: number) => boolean, limit: number): number {
    const { sequence } = this;
    if (sequence >= limit || !isDue(this.intendedMs)) return 0;
    const end = this.#arrivals.firstNotDue(sequence, limit, (position) => isDue(this.#curve.timeOfArrival(position)));
    this.#goTo(this.#share.next(end - 1));
    return this.#share.countOf(end) - this.#share.countOf(sequence);
  }

  #goTo(sequence: number): void {
    this.sequence = sequence;
    this.intendedMs = this.#curve.timeOfArrival(this.#arrivals.positionOf(sequence));
  }
}
