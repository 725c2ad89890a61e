import { TimerHeap } from '../../src/engine/timer-heap.ts';
import type { Clock, Timer } from '../../src/shared/clock.ts';

/** Sums and differences of times are rounded: without it, a timer could fire for ever just before its event is due. */
const ROUNDING_MS = 1e-6;

/** A clock with timers at exact times. */
export interface ExactClock extends Pick<Clock, 'after' | 'nowMs'> {
  /** Like `after`, at a time of the clock. */
  at(dueMs: number, fire: () => void): Timer;
}

/** Whether a clock can fire at exact times, as a virtual one does. */
export function isExact(clock: Pick<Clock, 'after' | 'nowMs'>): clock is ExactClock {
  return 'at' in clock;
}

/** A clock whose timers are one timer of another clock, however many there are. Their resolution is that of the clock. */
export class EventQueue implements ExactClock {
  readonly #clock: Pick<Clock, 'after' | 'nowMs'>;
  readonly #heap = new TimerHeap();
  #timer: Timer | undefined;
  /** Time for which the timer is set; `Infinity` without a timer. */
  #setForMs = Infinity;

  constructor(clock: Pick<Clock, 'after' | 'nowMs'>) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Calls `fire` once, never within this call; events of one time in the order of their calls. */
  after(delayMs: number, fire: () => void): Timer {
    return this.at(this.#clock.nowMs() + delayMs, fire);
  }

  at(dueMs: number, fire: () => void): Timer {
    const cancel = this.#heap.add({ dueMs, fire });
    if (dueMs < this.#setForMs) this.#setTimer(dueMs);
    return { cancel };
  }

  #setTimer(dueMs: number): void {
    this.#timer?.cancel();
    this.#setForMs = dueMs;
    this.#timer = this.#clock.after(dueMs - this.#clock.nowMs(), () => this.#fireDue());
  }

  #fireDue(): void {
    this.#timer = undefined;
    // Events that are added by fired ones need no timer: the loop and the end of this function see them.
    this.#setForMs = -Infinity;
    const untilMs = this.#clock.nowMs() + ROUNDING_MS;
    for (let first = this.#heap.first; first !== undefined && first.dueMs <= untilMs; first = this.#heap.first) {
      this.#heap.shift();
      first.fire();
    }
    const next = this.#heap.first;
    this.#setForMs = Infinity;
    if (next !== undefined) this.#setTimer(next.dueMs);
  }
}
