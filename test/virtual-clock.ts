import type { Clock, Timer } from '../src/shared/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock whose time is moved only by tests; timers fire in the order of their time. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #setByMs = 0;
  #order = 0;
  readonly #pending = new Set<Pending>();

  nowMs = (): number => this.#nowMs;

  epochMs = (): number => 1_700_000_000_000 + this.#nowMs + this.#setByMs;

  after(delayMs: number, fire: () => void): Timer {
    const pending = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, fire };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Sets the clock on the wall forward, or back, as a time server does; no time passes. */
  setWall(byMs: number): void {
    this.#setByMs += byMs;
  }

  /** Lets the given time pass, firing what falls due on the way. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#pending.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueMs > untilMs) continue;
      if (
        first === undefined ||
        pending.dueMs < first.dueMs ||
        (pending.dueMs === first.dueMs && pending.order < first.order)
      ) {
        first = pending;
      }
    }
    return first;
  }
}
