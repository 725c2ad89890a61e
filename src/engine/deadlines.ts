import type { Clock, Timer } from '../shared/clock.ts';

/** Something with a deadline; a member of at most one `Deadlines` list. */
export interface Expiring {
  dueMs: number;
  earlier: Expiring | undefined;
  later: Expiring | undefined;
  expire(): void;
}

/**
 * Deadlines of equal length, which therefore expire in the order in which they were set: a linked list with a single
 * timer for its head. Setting and clearing a deadline costs a few pointer writes; one timer per request would cost more
 * than the rest of the bookkeeping of a request.
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
    // Clearing an entry leaves the timer running; when it fires, it is rescheduled for the next entry.
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
    // Expiring an entry ends its request, which clears the entry and advances the head.
    while (this.#first !== undefined && this.#first.dueMs <= nowMs) this.#first.expire();
    if (this.#first !== undefined) this.#timer = this.#clock.after(this.#first.dueMs - nowMs, () => this.#sweep());
  }
}
