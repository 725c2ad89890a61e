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
    const waits = this.#heldBytes > 0;
    const halfEnded = waits && this.#held[this.#heldBytes - 1] === CR;
    const end = halfEnded ? at - 1 : textEnd(bytes, at, length);
    if (!halfEnded && end < length && bytes[end] !== CR) return NO_LINE;
    if (end + 1 >= length) return this.#hold(bytes, at, length) ? UNFINISHED : NO_LINE;
    if (bytes[end + 1] !== LF) return NO_LINE;
    if (waits) return this.#endHeld(bytes, at, end) ? end + 2 : NO_LINE;
    this.bytes = bytes;
    this.from = at;
    this.to = end;
    return end + 2;
  }

  /** @param end where its text ends; before `at` when only its LF was missing */
  #endHeld(bytes: Uint8Array, at: number, end: number): boolean {
    if (end > at && !this.#hold(bytes, at, end)) return false;
    this.bytes = this.#held;
    this.from = 0;
    this.to = end < at ? this.#heldBytes - 1 : this.#heldBytes;
    this.#heldBytes = 0;
    return true;
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
