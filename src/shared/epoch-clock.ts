import type { Clock } from './clock.ts';

/**
 * Time of day for samples: an anchor plus the monotonic clock. It never goes back and never jumps while in use, even if
 * the system clock is set.
 */
export class EpochClock {
  readonly #clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Epoch milliseconds at 0 of the monotonic clock. */
  #originMs: number;

  constructor(clock: Pick<Clock, 'epochMs' | 'nowMs'>) {
    this.#clock = clock;
    this.#originMs = clock.epochMs() - clock.nowMs();
  }

  /** Epoch milliseconds; never less than before. */
  now(): number {
    return this.at(this.#clock.nowMs());
  }

  /** Epoch milliseconds of a time on the monotonic clock. */
  at(nowMs: number): number {
    return Math.round(this.#originMs + nowMs);
  }

  /**
   * Adopts the system clock if it is ahead, after it was set forward or the machine was suspended. Called while no
   * timeline depends on it.
   */
  follow(): void {
    this.#originMs = Math.max(this.#originMs, this.#clock.epochMs() - this.#clock.nowMs());
  }
}
