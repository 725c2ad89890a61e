import { TEXT } from './response-text.ts';

/** Bytes that one line may have. */
const MAX_LINE_BYTES = 65_536;

const CR = 0x0d;
const LF = 0x0a;

/** What `next` says when the line has not ended yet, or can never be one. */
export const UNFINISHED = -1;
export const NO_LINE = -2;

/**
 * Finds the lines of a response, each ended by CR LF, in reads that may be cut anywhere. A line that lies within one read
 * is left where it is; only what a read leaves unfinished is copied.
 */
export class LineFinder {
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;
  /** Where the line that `next` found is, without its end. */
  bytes: Uint8Array = this.#held;
  from = 0;
  to = 0;

  /** Whether there is an unfinished line. */
  get waits(): boolean {
    return this.#heldBytes > 0;
  }

  /** What there is of an unfinished line. */
  get unfinished(): Uint8Array {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /** Forgets what is unfinished. */
  clear(): void {
    this.#heldBytes = 0;
  }

  /** The position after the next line, which begins at `at` or in an earlier read; or one of the negative answers. */
  next(bytes: Uint8Array, at: number, length: number): number {
    if (this.#heldBytes > 0) return this.#goOn(bytes, at, length);
    const end = textEnd(bytes, at, length);
    if (end + 1 < length) {
      this.bytes = bytes;
      this.from = at;
      this.to = end;
      return bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : NO_LINE;
    }
    if (end < length && bytes[end] !== CR) return NO_LINE;
    return this.#hold(bytes, at, length) ? UNFINISHED : NO_LINE;
  }

  #goOn(bytes: Uint8Array, at: number, length: number): number {
    let end = at;
    while (end < length && bytes[end] !== LF) end++;
    if (end === length) return this.#hold(bytes, at, length) ? UNFINISHED : NO_LINE;
    if (!this.#hold(bytes, at, end + 1)) return NO_LINE;
    this.bytes = this.#held;
    this.from = 0;
    this.to = this.#heldBytes - 2;
    this.#heldBytes = 0;
    return this.to >= 0 && textEnd(this.#held, 0, this.to + 2) === this.to && this.#held[this.to] === CR
      ? end + 1
      : NO_LINE;
  }

  /** Returns whether it is not too much for a line. */
  #hold(bytes: Uint8Array, from: number, to: number): boolean {
    const needed = this.#heldBytes + to - from;
    if (needed > MAX_LINE_BYTES) return false;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.min(needed * 2, MAX_LINE_BYTES));
      larger.set(this.unfinished);
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(from, to), this.#heldBytes);
    this.#heldBytes = needed;
    return true;
  }
}

/** The first position that holds no text. */
function textEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TEXT[bytes[at] ?? 0] === 1) at++;
  return at;
}
