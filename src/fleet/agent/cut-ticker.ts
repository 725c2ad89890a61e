import type { Clock, Timer } from '../../shared/clock.ts';
import { CUT_EVERY_MS, cutBefore } from '../cuts.ts';
import type { RemoteClock } from './remote-clock.ts';

/**
 * Time before and after the start of a job, in milliseconds, in which an agent does nothing that can wait: work of its main
 * thread would delay the first requests of its load threads, and of other agents on its machine.
 */
const QUIET_BEFORE_MS = 100;
export const QUIET_AFTER_MS = 50;

/** Calls back at the cuts of a run: each second of the coordinator's clock, counted from the first start of a job. */
export class CutTicker {
  readonly #clock: Clock;
  readonly #remote: RemoteClock;
  readonly #onCut: (cutMs: number) => void;
  #originMs = 0;
  #lastMs = -Infinity;
  /** Latest start of a job on the coordinator's clock. */
  #startMs = -Infinity;
  #hasLeftOut = false;
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

  /** Leaves out a cut next to the start of a job. @param startMs on the coordinator's clock */
  keepQuiet(startMs: number): void {
    this.#startMs = Math.max(this.#startMs, startMs);
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
      // Its counts are part of the next cut, which is not left out whatever starts.
      this.#hasLeftOut = !this.#hasLeftOut && this.#isQuiet(cutMs);
      if (cutMs > this.#lastMs && !this.#hasLeftOut) this.#onCut(cutMs);
      this.#lastMs = Math.max(this.#lastMs, cutMs);
      this.#schedule();
    });
  }

  #isQuiet(cutMs: number): boolean {
    return cutMs >= this.#startMs - QUIET_BEFORE_MS && cutMs <= this.#startMs + QUIET_AFTER_MS;
  }
}
