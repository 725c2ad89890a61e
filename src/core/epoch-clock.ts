import type { Clock } from './clock.ts';

/**
 * Time of day for samples: an anchor plus the monotonic clock, so that it never goes back and does not jump while it is
 * in use, whatever is done to the system's clock.
 */
export class EpochClock {
  readonly #clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Milliseconds since the epoch of the monotonic clock's 0. */
  #originMs: number;

  constructor(clock: Pick<Clock, 'epochMs' | 'nowMs'>) {
    this.#clock = clock;
    this.#originMs = clock.epochMs() - clock.nowMs();
  }

  /** Milliseconds since the epoch; never less than before. */
  now(): number {
    return this.at(this.#clock.nowMs());
  }

  /** Milliseconds since the epoch of an instant of the monotonic clock. */
  at(nowMs: number): number {
    return Math.round(this.#originMs + nowMs);
  }

  /**
   * Takes over the system's clock where that is ahead: it was set forward, or the machine was suspended. To be called
   * while no timeline depends on it.
   */
  follow(): void {
    this.#originMs = Math.max(this.#originMs, this.#clock.epochMs() - this.#clock.nowMs());
  }
}
