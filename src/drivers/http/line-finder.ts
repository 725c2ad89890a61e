import { isBlank, SPACE, TEXT } from './response-text.ts';

const CR = 0x0d;
const LF = 0x0a;

/** Negative results of `next`: incomplete line, invalid line, line above the size limit. */
export const INCOMPLETE_LINE = -1;
export const INVALID_LINE = -2;
export const LINE_TOO_LONG = -3;

/** Replacement of a folded line end. */
const FOLD = Uint8Array.of(SPACE);

/**
 * Splits a response into lines that end with CR LF. Reads may be cut at any byte. A line within one read is not copied;
 * only an incomplete or folded line is.
 */
export class LineFinder {
  readonly #maxBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;
  /** The buffered line has ended; the next byte decides whether it is folded. */
  #ended = false;
  /** Position of the line that `next` found, without its line end. */
  bytes: Uint8Array = this.#held;
  from = 0;
  to = 0;

  /** @param maxBytes maximum length of a line */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether an incomplete line is buffered. */
  get waits(): boolean {
    return this.#heldBytes > 0;
  }

  /** The buffered part of an incomplete line. */
  get unfinished(): Uint8Array {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /** Discards the buffered line. */
  clear(): void {
    this.#heldBytes = 0;
    this.#ended = false;
  }

  /**
   * Finds the line that begins at `at` or in an earlier read. Returns the position after it, or one of the negative
   * results.
   * @param folds whether a line end followed by a blank continues the line (RFC 9112, section 5.2) and is read as a
   * space
   */
  next(bytes: Uint8Array, at: number, length: number, folds: boolean): number {
    let from = at;
    if (this.#ended) {
      this.#ended = false;
      if (!isBlank(bytes[at])) return this.#take(this.#held, 0, this.#heldBytes, at);
      if (!this.#holdSpace()) return LINE_TOO_LONG;
    }
    for (;;) {
      const waits = this.#heldBytes > 0;
      const halfEnded = waits && this.#held[this.#heldBytes - 1] === CR;
      const end = halfEnded ? from - 1 : textEnd(bytes, from, length);
      if (!halfEnded && end < length && bytes[end] !== CR) return INVALID_LINE;
      if (end + 1 >= length) return this.#hold(bytes, from, length) ? INCOMPLETE_LINE : LINE_TOO_LONG;
      if (bytes[end + 1] !== LF) return INVALID_LINE;
      const next = end + 2;
      const isWhole = !folds || (next < length && !isBlank(bytes[next]));
      if (isWhole && !waits) return this.#take(bytes, from, end, next);
      if (halfEnded) this.#heldBytes--;
      else if (!this.#hold(bytes, from, end)) return LINE_TOO_LONG;
      if (isWhole || this.#heldBytes === 0) return this.#take(this.#held, 0, this.#heldBytes, next);
      if (next === length) {
        this.#ended = true;
        return INCOMPLETE_LINE;
      }
      if (!this.#holdSpace()) return LINE_TOO_LONG;
      from = next;
    }
  }

  #take(bytes: Uint8Array, from: number, to: number, next: number): number {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.#heldBytes = 0;
    return next;
  }

  #holdSpace(): boolean {
    return this.#hold(FOLD, 0, FOLD.length);
  }

  /** Buffers the bytes. Returns false when the line exceeds its maximum length. */
  #hold(bytes: Uint8Array, from: number, to: number): boolean {
    const needed = this.#heldBytes + to - from;
    if (needed > this.#maxBytes) return false;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.min(needed * 2, this.#maxBytes));
      larger.set(this.unfinished);
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(from, to), this.#heldBytes);
    this.#heldBytes = needed;
    return true;
  }
}

/** Position of the first byte that is not text. */
function textEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TEXT[bytes[at] ?? 0] === 1) at++;
  return at;
}
