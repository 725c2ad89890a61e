import type { Clock, Timer } from '../../shared/clock.ts';

/** Queue of items ordered by due time: a binary heap. Items with the same due time come out in any order. */
export class DueQueue<Item> {
  readonly #heap: { readonly dueMs: number; readonly item: Item }[] = [];

  /** Due time of the earliest item; `Infinity` when empty. */
  get nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Infinity;
  }

  push(dueMs: number, item: Item): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!; // a parent's index is smaller than its child's
      if (above.dueMs <= dueMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = { dueMs, item };
  }

  /** Removes and returns the earliest item if it is due by `nowMs`. */
  popDue(nowMs: number): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = heap.pop()!; // not empty, so there is a last item
    if (heap.length === 0) return first.item;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = right < heap.length && heap[right]!.dueMs < heap[left]!.dueMs ? right : left; // both exist here
      const below = heap[child];
      if (below === undefined || below.dueMs >= last.dueMs) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first.item;
  }
}

/** Start of busy polling before the due time. A timer can be more than a millisecond late. */
const WATCH_MS = 2;
/** Sleep between polls of the clock. It takes about 0.1 ms, so it is only used well before the due time. */
const NAP_MS = 0.05;
const NAP_AHEAD_MS = 0.25;

/**
 * Calls functions at their due times, usually 0.02 to 0.1 ms late; plain timers are up to 2 ms late. Polling keeps the
 * event loop spinning; the sleeps in between limit that to about a fifth of a core.
 */
export class PreciseScheduler {
  readonly #clock: Clock;
  readonly #queue = new DueQueue<() => void>();
  readonly #pillow = new Int32Array(new SharedArrayBuffer(4));
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  #watch: NodeJS.Immediate | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `release` at `dueMs` on the clock, or as soon as possible after it. */
  at(dueMs: number, release: () => void): void {
    this.#queue.push(dueMs, release);
    if (this.#watch === undefined && dueMs < this.#timerDueMs) this.#wait();
  }

  /** Calls all pending functions now. */
  releaseAll(): void {
    this.#timer?.cancel();
    clearImmediate(this.#watch);
    for (let release = this.#queue.popDue(Infinity); release !== undefined; release = this.#queue.popDue(Infinity)) {
      release();
    }
  }

  /** Sleeps until shortly before the next due time, then polls. */
  #wait(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueMs = this.#queue.nextDueMs;
    if (this.#timerDueMs === Infinity) return;
    const waitMs = this.#timerDueMs - this.#clock.nowMs();
    if (waitMs > WATCH_MS) this.#timer = this.#clock.after(waitMs - WATCH_MS, () => this.#turn());
    else this.#watch = setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#watch = undefined;
    let nowMs = this.#clock.nowMs();
    for (let release = this.#queue.popDue(nowMs); release !== undefined; release = this.#queue.popDue(nowMs)) {
      release();
      nowMs = this.#clock.nowMs();
    }
    const aheadMs = this.#queue.nextDueMs - nowMs;
    if (aheadMs > NAP_AHEAD_MS && aheadMs <= WATCH_MS) Atomics.wait(this.#pillow, 0, 0, NAP_MS);
    this.#wait();
  }
}
