const NEWLINE = 10;

/** Maximum length of a line; a longer one is not a metric. */
export const MAX_LINE_BYTES = 2 ** 20;

/**
 * Assembles the chunks of a document into whole lines of text, without splitting multi-byte characters. Buffers at most
 * one line.
 */
export class LineSplitter {
  readonly #onText: (text: string) => void;
  readonly #onLongLine: () => void;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;

  /**
   * @param onText receives whole lines, each ended by a newline except possibly the last
   * @param onLongLine called for a line that is dropped because of its length
   */
  constructor(onText: (text: string) => void, onLongLine: () => void) {
    this.#onText = onText;
    this.#onLongLine = onLongLine;
  }

  take(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#keep(chunk);
      return;
    }
    const begun = this.#skipping ? chunk.indexOf(NEWLINE) + 1 : 0;
    this.#skipping = false;
    this.#emit(chunk.subarray(begun, last + 1));
    this.#keep(chunk.subarray(last + 1));
  }

  /** Passes the buffered rest as the last line. */
  end(): void {
    this.#emit(Buffer.alloc(0));
  }

  #emit(chunk: Buffer): void {
    const whole = this.#rest.length === 0 ? chunk : Buffer.concat([...this.#rest, chunk]);
    this.#rest = [];
    this.#restBytes = 0;
    if (whole.length > 0) this.#onText(whole.toString());
  }

  #keep(chunk: Buffer): void {
    if (this.#skipping || chunk.length === 0) return;
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes <= MAX_LINE_BYTES) return;
    this.#rest = [];
    this.#restBytes = 0;
    this.#skipping = true;
    this.#onLongLine();
  }
}
