import { ClassifiedError } from '../classify-error.ts';

/** Builds a request: https://kafka.apache.org/protocol.html#protocol_types */
export class WireWriter {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    return this.#push(1, (buffer) => buffer.writeInt8(value));
  }

  int16(value: number): this {
    return this.#push(2, (buffer) => buffer.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.#push(4, (buffer) => buffer.writeInt32BE(value));
  }

  uint32(value: number): this {
    return this.#push(4, (buffer) => buffer.writeUInt32BE(value));
  }

  int64(value: bigint): this {
    return this.#push(8, (buffer) => buffer.writeBigInt64BE(value));
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    return this.int16(bytes.length).raw(bytes);
  }

  bytes(value: Buffer): this {
    return this.int32(value.length).raw(value);
  }

  raw(value: Buffer): this {
    this.#parts.push(value);
    return this;
  }

  /** A signed number in zigzag encoding, as in records. */
  varint(value: number): this {
    const bytes: number[] = [];
    // Lengths and deltas are below 2^31; larger ones would need more than 32 bits.
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
    return this.raw(Buffer.from(bytes));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #push(bytes: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.allocUnsafe(bytes);
    write(buffer);
    return this.raw(buffer);
  }
}

/** Largest number of elements of a list in a response. */
const MOST_ELEMENTS = 1_000_000;

/** Reads a response. All methods throw a `ClassifiedError` of class `protocol` beyond its end. */
export class WireReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.#buffer.readBigInt64BE(this.#take(8));
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  nullableString(): string | undefined {
    const length = this.int16();
    return length < 0 ? undefined : this.raw(length).toString();
  }

  /** Null is empty. */
  bytes(): Buffer {
    return this.raw(Math.max(this.int32(), 0));
  }

  raw(length: number): Buffer {
    const start = this.#take(length);
    return this.#buffer.subarray(start, start + length);
  }

  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#buffer.readUInt8(this.#take(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift > 63n) throw malformed();
    }
    return Number((value >> 1n) ^ -(value & 1n));
  }

  list<Element>(read: (reader: this) => Element): Element[] {
    const length = Math.max(this.int32(), 0);
    if (length > MOST_ELEMENTS) throw malformed();
    return Array.from({ length }, () => read(this));
  }

  #take(bytes: number): number {
    const start = this.#at;
    if (bytes < 0 || start + bytes > this.#buffer.length) throw malformed();
    this.#at += bytes;
    return start;
  }
}

/** The error of bytes that are not of the protocol. */
export function malformed(): ClassifiedError {
  return new ClassifiedError('protocol', 'the broker sent bytes that are not of the Kafka protocol');
}
