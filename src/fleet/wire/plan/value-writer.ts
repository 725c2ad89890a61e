import { LoadbotError } from '../../../shared/errors.ts';
import { ByteWriter } from '../varint.ts';
import { MAX_LEVELS, TAG, TYPED_ARRAYS } from './value-tags.ts';

/**
 * Encodes a value that structured cloning can copy: plain objects, arrays, maps, sets, regular expressions, buffers,
 * typed arrays, texts and numbers, including `undefined` and `Infinity`.
 * @param external memory that the receiver has, which is sent as its index
 * @throws {LoadbotError} `internal` for other values, such as functions, and for values that contain themselves
 */
export function encodeValue(value: unknown, external: readonly SharedArrayBuffer[] = []): Uint8Array {
  const writer = new ValueWriter(external);
  writer.value(value);
  return writer.out.copy();
}

/** Number of bytes up to the last one that is not 0. */
export function usedBytes(bytes: Uint8Array): number {
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === 0) used--;
  return used;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

class ValueWriter {
  readonly out = new ByteWriter();
  readonly #numbers = new Map<object, number>();
  /** Objects that contain the current value. */
  readonly #open = new Set<object>();
  /** Keys of the current value. */
  readonly #path: string[] = [];
  readonly #external: ReadonlyMap<object, number>;

  constructor(external: readonly SharedArrayBuffer[]) {
    this.#external = new Map(external.map((memory, index) => [memory, index]));
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.out.varint(TAG.undefined);
      case 'boolean':
        return this.out.varint(value ? TAG.true : TAG.false);
      case 'number':
        return this.#number(value);
      case 'string':
        return this.#text(value);
      case 'object':
        return value === null ? this.out.varint(TAG.null) : this.#reference(value);
      case 'bigint':
      case 'symbol':
      case 'function':
      default:
        throw this.#unsupported(`a ${typeof value}`);
    }
  }

  #number(value: number): void {
    // -0 is a float.
    const isInteger = Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
    this.out.varint(isInteger ? TAG.integer : TAG.float);
    if (isInteger) this.out.varint(value);
    else this.out.float(value);
  }

  #text(value: string): void {
    const isWellFormed = !LONE_SURROGATE.test(value);
    this.out.varint(isWellFormed ? TAG.text : TAG.utf16);
    this.#bytes(Buffer.from(value, isWellFormed ? 'utf8' : 'utf16le'));
  }

  #bytes(bytes: Uint8Array): void {
    this.out.varint(bytes.length);
    this.out.bytes(bytes);
  }

  #reference(value: object): void {
    const external = this.#external.get(value);
    if (external !== undefined) {
      this.out.varint(TAG.external);
      this.out.varint(external);
      return;
    }
    const number = this.#numbers.get(value);
    if (this.#open.has(value)) throw this.#unsupported('a value that contains itself');
    if (number !== undefined) {
      this.out.varint(TAG.reference);
      this.out.varint(number);
      return;
    }
    if (this.#path.length > MAX_LEVELS) throw this.#unsupported(`a value of more than ${MAX_LEVELS} levels`);
    this.#numbers.set(value, this.#numbers.size);
    this.#open.add(value);
    this.#object(value);
    this.#open.delete(value);
  }

  #object(value: object): void {
    if (Array.isArray(value)) return this.#items(TAG.array, value);
    if (value instanceof Map) return this.#items(TAG.map, [...value].flat());
    if (value instanceof Set) return this.#items(TAG.set, [...value]);
    if (value instanceof SharedArrayBuffer) return this.#buffer(TAG.sharedBuffer, new Uint8Array(value));
    if (value instanceof ArrayBuffer) return this.#buffer(TAG.buffer, new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return this.#typedArray(value);
    if (value instanceof RegExp) {
      this.out.varint(TAG.pattern);
      this.#text(value.source);
      return this.#text(value.flags);
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw this.#unsupported(`an object of the class ${value.constructor.name}`);
    }
    return this.#fields(Object.entries(value));
  }

  #items(tag: number, items: readonly unknown[]): void {
    this.out.varint(tag);
    this.out.varint(items.length);
    for (const [index, item] of items.entries()) this.#inner(String(index), item);
  }

  #fields(entries: readonly (readonly [string, unknown])[]): void {
    this.out.varint(TAG.object);
    this.out.varint(entries.length);
    for (const [key, item] of entries) {
      this.#text(key);
      this.#inner(key, item);
    }
  }

  #inner(key: string, value: unknown): void {
    this.#path.push(key);
    this.value(value);
    this.#path.pop();
  }

  #buffer(tag: number, bytes: Uint8Array): void {
    this.out.varint(tag);
    this.out.varint(bytes.length);
    this.#bytes(bytes.subarray(0, usedBytes(bytes)));
  }

  #typedArray(value: ArrayBufferView): void {
    const type = TYPED_ARRAYS.findIndex((Type) => value instanceof Type);
    const Type = TYPED_ARRAYS[type];
    if (Type === undefined) throw this.#unsupported('a DataView');
    this.out.varint(TAG.typedArray);
    this.out.varint(type);
    const isShared = value.buffer instanceof SharedArrayBuffer;
    // Other memory may belong to a pool with foreign data, so only the bytes of the view are copied.
    const { buffer, byteOffset, byteLength } = isShared ? value : copyOf(value);
    this.#inner('buffer', buffer);
    this.out.varint(byteOffset);
    this.out.varint(byteLength / Type.BYTES_PER_ELEMENT);
  }

  #unsupported(kind: string): LoadbotError {
    const place = this.#path.slice(0, 20).join('.');
    return new LoadbotError('internal', `${kind} cannot be sent to an agent: ${place === '' ? 'the plan' : place}`);
  }
}

function copyOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
