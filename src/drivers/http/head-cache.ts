/** Longer heads are not cached. */
const MAX_BYTES = 1024;
const WORD_BYTES = 4;

/**
 * Cache of the response head that was parsed last. Heads of a server often stay identical until its clock ticks, and
 * comparing takes a tenth of the time of parsing.
 */
export class HeadCache {
  readonly #known = new DataView(new ArrayBuffer(MAX_BYTES));
  readonly #knownBytes = new Uint8Array(this.#known.buffer);
  #source: Uint8Array = this.#knownBytes;
  #view: DataView = this.#known;
  /** Length of the cached head in bytes; 0: none. */
  length = 0;

  forget(): void {
    this.length = 0;
  }

  /** Caches the first `length` bytes. */
  remember(bytes: Uint8Array, length: number): void {
    if (length < WORD_BYTES || length > MAX_BYTES) return;
    this.#knownBytes.set(bytes.subarray(0, length));
    this.length = length;
  }

  /** Whether the first `length` bytes start with the cached head. */
  begins(bytes: Uint8Array, length: number): boolean {
    const known = this.#known;
    const last = this.length - WORD_BYTES;
    if (last < 0 || length < this.length) return false;
    const view = this.#viewOf(bytes);
    for (let at = 0; at < last; at += WORD_BYTES) if (view.getInt32(at) !== known.getInt32(at)) return false;
    return view.getInt32(last) === known.getInt32(last);
  }

  /** View of the buffer, cached because most calls pass the same buffer. */
  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}
