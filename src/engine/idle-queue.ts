/** Queue of idle workers: a FIFO ring buffer of fixed capacity that does not allocate. */
export class IdleQueue<T> {
  readonly #ring: (T | undefined)[];
  #head = 0;
  length = 0;

  constructor(capacity: number) {
    this.#ring = Array.from<T | undefined>({ length: Math.max(1, capacity) });
  }

  push(item: T): void {
    let tail = this.#head + this.length;
    if (tail >= this.#ring.length) tail -= this.#ring.length;
    this.#ring[tail] = item;
    this.length++;
  }

  /** Removes and returns the item that has waited longest; `undefined` when the queue is empty. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#head = this.#head + 1 === this.#ring.length ? 0 : this.#head + 1;
    this.length--;
    return item;
  }
}
