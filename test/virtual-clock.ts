import { TimerHeap } from '../src/engine/timer-heap.ts';
import type { Clock, Timer } from '../src/shared/clock.ts';

/** A clock whose time is moved only by tests; timers fire in the order of their time. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #setByMs = 0;
  readonly #timers = new TimerHeap();

  nowMs = (): number => this.#nowMs;

  epochMs = (): number => 1_700_000_000_000 + this.#nowMs + this.#setByMs;

  after(delayMs: number, fire: () => void): Timer {
    return this.at(this.#nowMs + Math.max(0, delayMs), fire);
  }

  /** Like `after`, at a time of this clock. */
  at(dueMs: number, fire: () => void): Timer {
    return { cancel: this.#timers.add({ dueMs, fire }) };
  }

  /** Sets the clock on the wall forward, or back, as a time server does; no time passes. */
  setWall(byMs: number): void {
    this.#setByMs += byMs;
  }

  /** Lets the given time pass, firing what falls due on the way. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#timers.first; next !== undefined && next.dueMs <= untilMs; next = this.#timers.first) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
    }
    this.#nowMs = untilMs;
  }
}
