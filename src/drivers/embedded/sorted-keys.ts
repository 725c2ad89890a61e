/** Keys in a chunk after a split; a chunk is split at twice as many. */
const CHUNK = 512;

/** Set of keys in ascending order of their UTF-16 code units, in chunks: a change moves the keys of one chunk only. */
export class SortedKeys {
  /** None is empty. */
  readonly #chunks: string[][] = [];

  /** @param keys distinct keys in any order */
  constructor(keys: Iterable<string>) {
    const sorted = [...keys].sort(); // by code units
    for (let at = 0; at < sorted.length; at += CHUNK) this.#chunks.push(sorted.slice(at, at + CHUNK));
  }

  /** Adds a key that is absent. */
  insert(key: string): void {
    const at = Math.min(this.#chunkOf(key), Math.max(this.#chunks.length - 1, 0));
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      return;
    }
    chunk.splice(placeIn(chunk, key), 0, key);
    if (chunk.length >= 2 * CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK));
  }

  /** Removes a key, if present. */
  remove(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    const place = chunk === undefined ? -1 : placeIn(chunk, key);
    if (chunk?.[place] !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Returns up to `count` keys from the first one that is not below `key`. */
  from(key: string, count: number): string[] {
    const found: string[] = [];
    let at = this.#chunkOf(key);
    let place = placeIn(this.#chunks[at] ?? [], key);
    for (; at < this.#chunks.length && found.length < count; at++, place = 0) {
      found.push(...this.#chunks[at]!.slice(place, place + count - found.length)); // at is inside
    }
    return found;
  }

  /** Index of the first chunk whose last key is not below a key; the number of chunks if all are below. */
  #chunkOf(key: string): number {
    return firstIndex(this.#chunks.length, (at) => this.#chunks[at]!.at(-1)! >= key); // none is empty
  }
}

/** Index of the first key of a chunk that is not below a key. */
function placeIn(chunk: readonly string[], key: string): number {
  return firstIndex(chunk.length, (at) => chunk[at]! >= key); // at is inside
}

/** First index from 0 to `count` for which a monotonic condition holds; `count` if it never does. Binary search. */
function firstIndex(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
