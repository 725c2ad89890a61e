/** A bounded queue that drops its oldest item when full. */
export class Ring<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;

  /** @param capacity maximum number of items, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Items, the oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Adds the newest item; returns the dropped oldest one when the queue was full. */
  push(item: T): T | undefined {
    this.#items.push(item);
    return this.#items.length > this.#capacity ? this.#items.shift() : undefined;
  }

  /** Removes and returns the oldest item. */
  take(): T | undefined {
    return this.#items.shift();
  }

  /** Puts a taken item back as the oldest; returns it when the queue is full. */
  putBack(item: T): T | undefined {
    if (this.#items.length >= this.#capacity) return item;
    this.#items.unshift(item);
    return undefined;
  }
}
