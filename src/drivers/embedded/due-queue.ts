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
