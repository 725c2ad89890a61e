import { ByteReader } from '../varint.ts';
import { WireError } from '../wire-error.ts';
import { MAX_LEVELS, TAG, TYPED_ARRAYS } from './value-tags.ts';

/** Limits of a decoded value. */
export interface ValueLimits {
  /** Values of all kinds. */
  readonly values: number;
  /** The same, with those of a repeated object each time: for code that walks through the value. */
  readonly expandedValues: number;
  /** Bytes of all buffers. */
  readonly bufferBytes: number;
}

type TypedArray = InstanceType<(typeof TYPED_ARRAYS)[number]>;

/**
 * Decodes the untrusted bytes of `encodeValue`. Objects and arrays are frozen. Memory and time are bounded by the length
 * of the bytes and by the limits; nothing of the value is executed.
 * @param external memory that the value refers to
 * @throws {WireError} for damaged bytes, and beyond the limits
 */
export function decodeValue(
  bytes: Uint8Array,
  limits: ValueLimits,
  external: readonly SharedArrayBuffer[] = [],
): unknown {
  const reader = new ValueReader(bytes, limits, external);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** A decoded object; `undefined` while its content is read. */
interface Decoded {
  readonly value: object;
  /** Values in it. */
  readonly values: number;
}

class ValueReader {
  readonly #reader: ByteReader;
  readonly #limits: ValueLimits;
  readonly #external: readonly SharedArrayBuffer[];
  readonly #objects: (Decoded | undefined)[] = [];
  #values = 0;
  #expanded = 0;
  #bufferBytes = 0;

  constructor(bytes: Uint8Array, limits: ValueLimits, external: readonly SharedArrayBuffer[]) {
    this.#external = external;
    this.#reader = new ByteReader(bytes);
    this.#limits = limits;
  }

  end(): void {
    this.#reader.end();
  }

  value(level: number): unknown {
    if (level > MAX_LEVELS) throw new WireError(`the plan has more than ${MAX_LEVELS} levels`);
    if (++this.#values > this.#limits.values)
      throw new WireError(`the plan has more than ${this.#limits.values} values`);
    this.#expand(1);
    const reader = this.#reader;
    const tag = reader.varint();
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.integer:
        return reader.varint();
      case TAG.float:
        return reader.float();
      case TAG.text:
      case TAG.utf16:
        return this.#text(tag);
      case TAG.reference:
        return this.#repeated();
      case TAG.external:
        return this.#externalMemory();
      default:
        return this.#object(tag, level);
    }
  }

  #expand(values: number): void {
    this.#expanded += values;
    if (this.#expanded <= this.#limits.expandedValues) return;
    throw new WireError(`the plan has more than ${this.#limits.expandedValues} values, with repeated ones`);
  }

  #text(tag: number): string {
    const bytes = this.#reader.bytes(this.#reader.varint());
    if (tag === TAG.utf16) return Buffer.from(bytes).toString('utf16le');
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw new WireError('a text of the plan is not UTF-8', { cause: error });
    }
  }

  /** A text with its tag: a key, or a part of a regular expression. */
  #taggedText(): string {
    const tag = this.#reader.varint();
    if (tag !== TAG.text && tag !== TAG.utf16) throw new WireError(`the plan has the tag ${tag} in place of a text`);
    return this.#text(tag);
  }

  #repeated(): object {
    const number = this.#reader.varint();
    const decoded = this.#objects[number];
    if (decoded === undefined) throw new WireError(`value ${number} of the plan is repeated before its end`);
    this.#expand(decoded.values);
    return decoded.value;
  }

  #externalMemory(): SharedArrayBuffer {
    const index = this.#reader.varint();
    const memory = this.#external[index];
    if (memory === undefined) throw new WireError(`the plan has no file for its memory ${index}`);
    return memory;
  }

  #object(tag: number, level: number): object {
    const number = this.#objects.push(undefined) - 1;
    const before = this.#expanded;
    const value = this.#content(tag, level);
    this.#objects[number] = { value, values: this.#expanded - before };
    return value;
  }

  #content(tag: number, level: number): object {
    switch (tag) {
      case TAG.array:
        return Object.freeze(this.#items(level));
      case TAG.object:
        return this.#fields(level);
      case TAG.map:
        return this.#map(level);
      case TAG.set:
        return new Set(this.#items(level));
      case TAG.pattern:
        return this.#pattern();
      case TAG.sharedBuffer:
        return this.#fill((length) => new SharedArrayBuffer(length));
      case TAG.buffer:
        return this.#fill((length) => new ArrayBuffer(length));
      case TAG.typedArray:
        return this.#typedArray(level);
      default:
        throw new WireError(`the plan has the unknown tag ${tag}`);
    }
  }

  /** Reads a number of values, each of which has at least one byte. */
  #length(kind: string): number {
    const length = this.#reader.varint();
    if (length <= this.#reader.left) return length;
    throw new WireError(`the plan has ${this.#reader.left} more bytes for ${length} values of a ${kind}`);
  }

  #items(level: number): unknown[] {
    const length = this.#length('list');
    const items: unknown[] = [];
    for (let index = 0; index < length; index++) items.push(this.value(level + 1));
    return items;
  }

  #fields(level: number): object {
    const length = this.#length('object');
    const fields = {};
    for (let index = 0; index < length; index++) {
      const key = this.#taggedText();
      const value = this.value(level + 1);
      // An assignment to `__proto__` would change the prototype.
      if (key === '__proto__') Object.defineProperty(fields, key, { value, enumerable: true });
      else (fields as Record<string, unknown>)[key] = value;
    }
    return Object.freeze(fields);
  }

  #map(level: number): Map<unknown, unknown> {
    const items = this.#items(level);
    if (items.length % 2 !== 0) throw new WireError('a map of the plan has a key without a value');
    const map = new Map<unknown, unknown>();
    for (let index = 0; index < items.length; index += 2) map.set(items[index], items[index + 1]);
    return map;
  }

  #pattern(): RegExp {
    const source = this.#taggedText();
    const flags = this.#taggedText();
    try {
      return new RegExp(source, flags);
    } catch (error) {
      throw new WireError('a regular expression of the plan is not valid', { cause: error });
    }
  }

  #fill<Memory extends ArrayBuffer | SharedArrayBuffer>(allocate: (length: number) => Memory): Memory {
    const length = this.#reader.varint();
    const used = this.#reader.bytes(this.#reader.varintUpTo(length, 'the used part of a buffer'));
    this.#bufferBytes += length;
    if (this.#bufferBytes > this.#limits.bufferBytes) {
      throw new WireError(`the buffers of the plan have more than ${this.#limits.bufferBytes} bytes`);
    }
    const memory = allocate(length);
    new Uint8Array(memory).set(used);
    return memory;
  }

  #typedArray(level: number): TypedArray {
    const Type = TYPED_ARRAYS[this.#reader.varintUpTo(TYPED_ARRAYS.length - 1, 'the type of an array')]!; // in the list
    const buffer = this.value(level + 1);
    if (!(buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer)) {
      throw new WireError('a typed array of the plan has no buffer');
    }
    const offset = this.#reader.varint();
    const length = this.#reader.varint();
    const isInside = offset + length * Type.BYTES_PER_ELEMENT <= buffer.byteLength;
    if (!isInside || offset % Type.BYTES_PER_ELEMENT !== 0) {
      throw new WireError('a typed array of the plan exceeds its buffer');
    }
    // Each type takes both kinds of buffers, but its declared constructors take one of them.
    return new Type(buffer as ArrayBuffer, offset, length);
  }
}
