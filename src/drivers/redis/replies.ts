import { ClassifiedError } from '../classify-error.ts';
import type { StreamCheck } from '../frame-guard.ts';

/** Maximum length of a text in bytes, the default of Redis (`proto-max-bulk-len`). */
const MAX_BULK_BYTES = 512 * 1024 * 1024;
/**
 * Maximum number of elements of a list, nested ones included. The library allocates all of them before the first one
 * arrives.
 */
const MAX_ELEMENTS = 1_048_576;
/** Maximum length of a status or an error in bytes. The library buffers the whole line. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Maximum number of digits of a length or a 64-bit integer, sign included. */
const MAX_DIGITS = 20;

const CR = 13;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const STATUS = 43; // +
const ERROR = 45; // -
const INTEGER = 58; // :
const BULK = 36; // $
const LIST = 42; // *

/** Validates replies of the Redis protocol, version 2: types, lengths and line ends. Nothing is buffered. */
export class ReplyValidator implements StreamCheck {
  /** Type of the line in progress; 0: the next byte is a type. */
  #type = 0;
  #lineBytes = 0;
  #isNegative = false;
  #number = 0;
  /** Expected next byte; 0: depends on the type. */
  #due = 0;
  /** Remaining bytes of the text in progress; `undefined`: none. */
  #textBytes: number | undefined;
  /** Remaining elements of the open lists. */
  #elements = 0;

  accept(chunk: Buffer): Buffer {
    let at = 0;
    while (at < chunk.length) at = this.#step(chunk, at);
    return chunk;
  }

  /** Parses one part of a reply and returns the position of the next part. */
  #step(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    if (this.#due !== 0) this.#readDue(byte);
    else if (this.#textBytes !== undefined) return this.#skipText(chunk, at);
    else if (this.#type === 0) this.#beginLine(byte);
    else if (this.#type === STATUS || this.#type === ERROR) return this.#readLine(chunk, at);
    else this.#readDigit(byte);
    return at + 1;
  }

  #readDue(byte: number): void {
    if (byte !== this.#due) throw broken(`byte ${byte} instead of a line end`);
    this.#due = byte === CR ? LF : 0;
  }

  #skipText(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.#textBytes ?? 0, chunk.length - at);
    this.#textBytes = (this.#textBytes ?? 0) - skipped;
    if (this.#textBytes === 0) {
      this.#textBytes = undefined;
      this.#due = CR;
    }
    return at + skipped;
  }

  #beginLine(byte: number): void {
    if (byte !== STATUS && byte !== ERROR && byte !== INTEGER && byte !== BULK && byte !== LIST) {
      throw broken(`a reply with the unknown type byte ${byte}`);
    }
    if (this.#elements > 0) this.#elements--;
    this.#type = byte;
    this.#lineBytes = 0;
    this.#number = 0;
    this.#isNegative = false;
  }

  #readLine(chunk: Buffer, at: number): number {
    const cr = chunk.indexOf(CR, at);
    const end = cr < 0 ? chunk.length : cr;
    this.#lineBytes += end - at;
    if (this.#lineBytes > MAX_LINE_BYTES) throw broken(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    if (cr < 0) return end;
    this.#type = 0;
    this.#due = LF;
    return cr + 1;
  }

  #readDigit(byte: number): void {
    if (byte === CR && this.#lineBytes > (this.#isNegative ? 1 : 0)) {
      this.#endNumber();
      return;
    }
    if (byte === MINUS && this.#lineBytes === 0) this.#isNegative = true;
    else if (byte >= ZERO && byte <= NINE) this.#number = this.#number * 10 + byte - ZERO;
    else throw broken('a length is not a number');
    if (++this.#lineBytes > MAX_DIGITS) throw broken('a number is too long');
  }

  #endNumber(): void {
    const type = this.#type;
    const length = this.#isNegative ? -this.#number : this.#number;
    this.#type = 0;
    this.#due = LF;
    if (type === INTEGER || length === -1) return;
    if (type === BULK) {
      if (length < 0 || length > MAX_BULK_BYTES) throw broken(`a text is ${length} bytes long`);
      this.#textBytes = length;
      return;
    }
    if (length < 0 || this.#elements + length > MAX_ELEMENTS) throw broken(`a list has ${length} elements`);
    this.#elements += length;
  }
}

function broken(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server violated the Redis protocol: ${fault}`);
}
