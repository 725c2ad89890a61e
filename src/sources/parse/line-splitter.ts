const NEWLINE = 10;

/** A line that is longer is none that a metric is on. */
export const MAX_LINE_BYTES = 2 ** 20;

/**
 * Puts the pieces in which a document arrives together to whole lines, as text: characters of several bytes are never cut.
 * Keeps no more than one line.
 */
export class LineSplitter {
  readonly #onText: (text: string) => void;
  readonly #onLongLine: () => void;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;

  /**
   * @param onText takes whole lines, each but perhaps the last ended by a newline
   * @param onLongLine called for a line that is left out because it is too long
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

  /** What is left is the last line. */
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
