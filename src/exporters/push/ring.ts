/** A queue of bounded length that gives way at its old end. */
export class Ring<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;

  /** @param capacity items it holds at most, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What it holds, the oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Adds the newest; returns the oldest where there was no room for both. */
  push(item: T): T | undefined {
    this.#items.push(item);
    return this.#items.length > this.#capacity ? this.#items.shift() : undefined;
  }

  /** Takes the oldest out. */
  take(): T | undefined {
    return this.#items.shift();
  }

  /** Puts back what was taken; it is still the oldest, so where there is no room any more it is returned. */
  putBack(item: T): T | undefined {
    if (this.#items.length >= this.#capacity) return item;
    this.#items.unshift(item);
    return undefined;
  }
}
