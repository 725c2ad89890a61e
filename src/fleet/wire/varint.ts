import { WireError } from './wire-error.ts';

/** Largest value of a varint: counts in 64-bit floats are exact up to here. */
export const MAX_COUNT = 2 ** 53;

const INITIAL_BYTES = 4096;
const LARGEST_VARINT_BYTES = 8;
/** Values below it are divided by shifts. */
const SMALL = 2 ** 31;

/** A growing sequence of bytes: LEB128 varints up to 2^53, little-endian 64-bit floats, and raw bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Removes all bytes; the memory is kept for the next ones. */
  clear(): void {
    this.#length = 0;
  }

  /** @param value an integer from 0 to 2^53 */
  varint(value: number): void {
    if (this.#length + LARGEST_VARINT_BYTES > this.#bytes.length) this.#grow(LARGEST_VARINT_BYTES);
    let rest = value;
    let at = this.#length;
    const bytes = this.#bytes;
    while (rest >= SMALL) {
      bytes[at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** @param value 0 to 255 */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  float(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    if (this.#length + value.length > this.#bytes.length) this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Returns a copy of the bytes from `from` on. */
  copy(from = 0): Uint8Array {
    return this.#bytes.slice(from, this.#length);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads untrusted bytes of a `ByteWriter` in order. Each method throws a `WireError` beyond the end. */
export class ByteReader {
  /** All bytes. */
  readonly source: Uint8Array;
  /** Index of the next byte. */
  at = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.source = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Number of bytes that are left. */
  get left(): number {
    return this.source.length - this.at;
  }

  /** Returns an integer from 0 to 2^53. */
  varint(): number {
    const bytes = this.source;
    let at = this.at;
    const first = bytes[at];
    // Most numbers have one byte.
    if (first !== undefined && first < 128) {
      this.at = at + 1;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (const end = at + LARGEST_VARINT_BYTES; at < end; at++) {
      const byte = bytes[at];
      if (byte === undefined) throw new WireError('the message ends within a number');
      const part = (byte & 127) * scale;
      if (part > MAX_COUNT - value) break;
      value += part;
      if (byte < 128) {
        this.at = at + 1;
        return value;
      }
      scale *= 128;
    }
    throw new WireError('a number is above 2^53');
  }

  /** Returns an integer from 0 to `most`. @param name of the number, for the message of the error */
  varintUpTo(most: number, name: string): number {
    const value = this.varint();
    if (value > most) throw new WireError(`${name} is ${value}, above ${most}`);
    return value;
  }

  float(): number {
    if (this.left < 8) throw new WireError('the message ends within a number');
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** Returns the next bytes, without a copy. */
  bytes(length: number): Uint8Array {
    if (this.left < length) throw new WireError(`the message has ${this.left} more bytes, not ${length}`);
    this.at += length;
    return this.source.subarray(this.at - length, this.at);
  }

  /** Throws unless all bytes were read. */
  end(): void {
    if (this.left > 0) throw new WireError(`${this.left} unexpected bytes at the end`);
  }
}
