import type { Clock, Timer } from '../shared/clock.ts';

/**
 * Time before the start of a job in milliseconds from which a thread sleeps without its event loop: agents and threads of
 * one machine then start closer to each other, since each needs one wake-up less.
 */
const HOLD_MS = 2;

/** The one timer of a job on one thread. */
export class WakeUp {
  readonly #clock: Clock;
  readonly #onWake: (nowMs: number) => void;
  #timer: Timer | undefined;
  #dueMs = Infinity;

  constructor(clock: Clock, onWake: (nowMs: number) => void) {
    this.#clock = clock;
    this.#onWake = onWake;
  }

  /**
   * Wakes at `dueMs` or earlier: a timer that fires too early only sets itself again, so an earlier one is kept. One that is due
   * is not: what it was set for has been done.
   */
  at(dueMs: number, nowMs: number): void {
    if (dueMs === Infinity || (this.#timer !== undefined && this.#dueMs <= dueMs && this.#dueMs > nowMs)) return;
    this.#set(dueMs, () => this.#onWake(this.#clock.nowMs()));
  }

  /**
   * Wakes at the start of the job.
   * @param hold blocks the thread until then, if nothing else runs on it; `undefined`: a timer does
   */
  atStart(startMs: number, hold: ((startMs: number) => void) | undefined): void {
    if (hold === undefined) return this.at(startMs, this.#clock.nowMs());
    this.#set(startMs - HOLD_MS, () => {
      hold(startMs);
      const nowMs = this.#clock.nowMs();
      if (nowMs < startMs) this.at(startMs, nowMs);
      else this.#onWake(nowMs);
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  #set(dueMs: number, fire: () => void): void {
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = this.#clock.after(dueMs - this.#clock.nowMs(), () => {
      this.#timer = undefined;
      fire();
    });
  }
}
