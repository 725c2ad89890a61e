import type { Clock, Timer } from '../core/clock.ts';

/** Something that is given up after a while; each is in at most one line of deadlines. */
export interface Expiring {
  dueMs: number;
  earlier: Expiring | undefined;
  later: Expiring | undefined;
  expire(): void;
}

/**
 * Deadlines that all have the same length, and so come in the order in which they were set: a linked list and a single
 * timer on its head. Setting and clearing one costs a few pointer writes, where a timer a request would cost
 * more than the request's own bookkeeping.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  set(entry: Expiring, nowMs: number): void {
    entry.dueMs = nowMs + this.#lengthMs;
    entry.earlier = this.#last;
    entry.later = undefined;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.later = entry;
    this.#last = entry;
    // The timer is left running when its entry is cleared: it then finds out how long the next one has to wait.
    this.#timer ??= this.#clock.after(this.#lengthMs, () => this.#sweep());
  }

  clear(entry: Expiring): void {
    if (entry.earlier === undefined) this.#first = entry.later;
    else entry.earlier.later = entry.later;
    if (entry.later === undefined) this.#last = entry.earlier;
    else entry.later.earlier = entry.earlier;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    // Expiring one ends its request, which clears its entry, so the head moves on.
    while (this.#first !== undefined && this.#first.dueMs <= nowMs) this.#first.expire();
    if (this.#first !== undefined) this.#timer = this.#clock.after(this.#first.dueMs - nowMs, () => this.#sweep());
  }
}
