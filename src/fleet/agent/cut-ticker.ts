import type { Clock, Timer } from '../../shared/clock.ts';
import { CUT_EVERY_MS, cutBefore } from '../cuts.ts';
import type { RemoteClock } from './remote-clock.ts';

/** Calls back at the cuts of a run: each second of the coordinator's clock, counted from the first start of a job. */
export class CutTicker {
  readonly #clock: Clock;
  readonly #remote: RemoteClock;
  readonly #onCut: (cutMs: number) => void;
  #originMs = 0;
  #lastMs = -Infinity;
  #timer: Timer | undefined;

  /** @param onCut gets the time of the cut on the coordinator's clock */
  constructor(clock: Clock, remote: RemoteClock, onCut: (cutMs: number) => void) {
    this.#clock = clock;
    this.#remote = remote;
    this.#onCut = onCut;
    this.#schedule();
  }

  /** The last cut, on the coordinator's clock. */
  get lastCutMs(): number {
    return cutBefore(this.#remote.nowMs(), this.#originMs);
  }

  /**
   * Moves the cuts, so that one is at `originMs` of the coordinator's clock. Earlier cuts are forgotten: before the
   * first estimate of that clock, their times were those of the agent's own clock, which may be ahead by any time.
   */
  alignTo(originMs: number): void {
    this.#originMs = originMs;
    this.#lastMs = -Infinity;
    this.#timer?.cancel();
    this.#schedule();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    const nowMs = this.#remote.nowMs();
    // A timer that is early by a rounding error must not be set for the same cut again.
    const atLeastMs = Math.max(nowMs, this.#lastMs + CUT_EVERY_MS / 2);
    const nextMs = cutBefore(atLeastMs, this.#originMs) + CUT_EVERY_MS;
    this.#timer = this.#clock.after(nextMs - nowMs, () => {
      // A timer may be a little early, or late by several cuts.
      const cutMs = Math.max(nextMs, this.lastCutMs);
      if (cutMs > this.#lastMs) this.#onCut(cutMs);
      this.#lastMs = Math.max(this.#lastMs, cutMs);
      this.#schedule();
    });
  }
}
