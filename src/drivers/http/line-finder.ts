import { isBlank, SPACE, TEXT } from './response-text.ts';

const CR = 0x0d;
const LF = 0x0a;

/** What `next` says when the line has not ended yet, can never be one, or has too many bytes. */
export const UNFINISHED = -1;
export const NO_LINE = -2;
export const TOO_LONG = -3;

/** A folded line end is read as this. */
const FOLD = Uint8Array.of(SPACE);

/**
 * Finds the lines of a response, each ended by CR LF, in reads that may be cut anywhere. A line that lies within one read
 * is left where it is; only an unfinished or folded line is copied.
 */
export class LineFinder {
  readonly #maxBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;
  /** The held line has ended; the next byte decides whether it is folded. */
  #ended = false;
  /** Where the line that `next` found is, without its end. */
  bytes: Uint8Array = this.#held;
  from = 0;
  to = 0;

  /** @param maxBytes bound on one line */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

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
    this.#ended = false;
  }

  /**
   * The position after the next line, which begins at `at` or in an earlier read; or one of the negative answers.
   * @param folds whether a line goes on behind a line end that a blank follows (RFC 9112, section 5.2), which is read as a space
   */
  next(bytes: Uint8Array, at: number, length: number, folds: boolean): number {
    let from = at;
    if (this.#ended) {
      this.#ended = false;
      if (!isBlank(bytes[at])) return this.#take(this.#held, 0, this.#heldBytes, at);
      if (!this.#holdSpace()) return TOO_LONG;
    }
    for (;;) {
      const waits = this.#heldBytes > 0;
      const halfEnded = waits && this.#held[this.#heldBytes - 1] === CR;
      const end = halfEnded ? from - 1 : textEnd(bytes, from, length);
      if (!halfEnded && end < length && bytes[end] !== CR) return NO_LINE;
      if (end + 1 >= length) return this.#hold(bytes, from, length) ? UNFINISHED : TOO_LONG;
      if (bytes[end + 1] !== LF) return NO_LINE;
      const next = end + 2;
      const isWhole = !folds || (next < length && !isBlank(bytes[next]));
      if (isWhole && !waits) return this.#take(bytes, from, end, next);
      if (halfEnded) this.#heldBytes--;
      else if (!this.#hold(bytes, from, end)) return TOO_LONG;
      if (isWhole || this.#heldBytes === 0) return this.#take(this.#held, 0, this.#heldBytes, next);
      if (next === length) {
        this.#ended = true;
        return UNFINISHED;
      }
      if (!this.#holdSpace()) return TOO_LONG;
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

  /** Returns whether it is not too much for a line. */
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

/** The first position that holds no text. */
function textEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TEXT[bytes[at] ?? 0] === 1) at++;
  return at;
}
