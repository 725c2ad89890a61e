import { TimerHeap } from '../../engine/timer-heap.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

/** Events in the order of their time, with one timer of the clock for all of them. */
export class EventQueue {
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

  /** Calls `fire` at a time of the clock, never within this call. Returns a function that cancels it. */
  at(dueMs: number, fire: () => void): () => void {
    const cancel = this.#heap.add({ dueMs, fire });
    if (dueMs < this.#setForMs) this.#setTimer(dueMs);
    return cancel;
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
    const untilMs = this.#clock.nowMs();
    for (let first = this.#heap.first; first !== undefined && first.dueMs <= untilMs; first = this.#heap.first) {
      this.#heap.shift();
      first.fire();
    }
    const next = this.#heap.first;
    this.#setForMs = Infinity;
    if (next !== undefined) this.#setTimer(next.dueMs);
  }
}
