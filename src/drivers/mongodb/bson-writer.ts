import type { Document } from 'mongodb';
import { UNIT_BYTES, writeText } from '../text-bytes.ts';
import { ARRAY, BOOLEAN, DOUBLE, INT32, NULL, OBJECT, OBJECT_ID, STRING } from './bson-type.ts';

/** Encodes a document with the client library. */
export type Serialize = (document: Document) => Uint8Array;

/** Initial size of the buffer. */
const BUFFER_BYTES = 4096;
/** Longer texts are measured before they are written; shorter ones get the room that they need at most. */
const LONG_TEXT = 1024;
const MAX_INT32 = 0x7fff_ffff;
/** Bytes of an element beside its name and text: type, zero of the name, length, zero of the text, or a number. */
const ELEMENT_BYTES = 12;
const OBJECT_ID_BYTES = 12;
/** Names of the first elements of a list. */
const INDEXES = Array.from({ length: 1000 }, (_, index) => String(index));

/**
 * Writes BSON into a buffer that grows and is reused. Values of JSON and ids are written here, with the types that the
 * client library gives them; other values by the library. It writes into a buffer of 17 MiB, checks options for each
 * value, and copies the result, which takes several times as long.
 */
export class BsonWriter {
  readonly #serialize: Serialize;
  bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** End of the written bytes. */
  end = 0;

  constructor(serialize: Serialize) {
    this.#serialize = serialize;
  }

  /** Replaces the buffer, because its bytes are still in use. */
  renew(): void {
    this.bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  /**
   * Writes a document.
   * @param more elements that follow those of the document
   * @throws {Error} when a name contains a zero, or the library cannot encode a value
   */
  writeDocument(document: Document, more?: Uint8Array): void {
    this.#reserve(4);
    const start = this.end;
    this.end += 4;
    // eslint-disable-next-line guard-for-in -- documents are plain objects
    for (const name in document) this.#writeElement(name, document[name]);
    if (more !== undefined) this.#copy(more);
    this.#endDocument(start);
  }

  #writeList(list: readonly unknown[]): void {
    this.#reserve(4);
    const start = this.end;
    this.end += 4;
    for (let index = 0; index < list.length; index++) {
      this.#writeElement(INDEXES[index] ?? String(index), list[index]);
    }
    this.#endDocument(start);
  }

  #endDocument(start: number): void {
    this.#reserve(1);
    this.bytes[this.end++] = 0;
    this.bytes.writeInt32LE(this.end - start, start);
  }

  #writeElement(name: string, value: unknown): void {
    if (typeof value === 'string') this.#writeString(name, value);
    else if (typeof value === 'number') this.#writeNumber(name, value);
    else if (typeof value === 'boolean') {
      this.#begin(BOOLEAN, name);
      this.bytes[this.end++] = value ? 1 : 0;
    } else if (value === null || value === undefined) this.#begin(NULL, name);
    else if (Array.isArray(value)) {
      this.#begin(ARRAY, name);
      this.#writeList(value);
    } else if (isPlain(value)) {
      this.#begin(OBJECT, name);
      this.writeDocument(value);
    } else if (isObjectId(value)) {
      this.#begin(OBJECT_ID, name);
      this.#copy(value.id);
    } else {
      const document = this.#serialize({ [name]: value });
      this.#copy(document.subarray(4, -1));
    }
  }

  #writeString(name: string, text: string): void {
    this.#begin(STRING, name);
    this.#reserve(ELEMENT_BYTES + (text.length > LONG_TEXT ? Buffer.byteLength(text) : text.length * UNIT_BYTES));
    const start = this.end + 4;
    const end = writeText(this.bytes, text, start);
    this.bytes[end] = 0;
    this.bytes.writeInt32LE(end + 1 - start, this.end);
    this.end = end + 1;
  }

  #writeNumber(name: string, value: number): void {
    const isInt32 = Number.isInteger(value) && value <= MAX_INT32 && value >= ~MAX_INT32 && !Object.is(value, -0);
    this.#begin(isInt32 ? INT32 : DOUBLE, name);
    this.end = isInt32 ? this.bytes.writeInt32LE(value, this.end) : this.bytes.writeDoubleLE(value, this.end);
  }

  /** Writes the type and name of an element, and reserves room for a value of fixed size. */
  #begin(type: number, name: string): void {
    this.#reserve(ELEMENT_BYTES + name.length * UNIT_BYTES);
    const { bytes } = this;
    if (name.includes('\0')) throw new Error(`the name of a field contains a zero: ${JSON.stringify(name)}`);
    bytes[this.end] = type;
    const end = writeText(bytes, name, this.end + 1);
    bytes[end] = 0;
    this.end = end + 1;
  }

  #copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.end + bytes;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, needed));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }
}

function isPlain(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isObjectId(value: unknown): value is { readonly id: Uint8Array } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('_bsontype' in value) || value._bsontype !== 'ObjectId') return false;
  return 'id' in value && value.id instanceof Uint8Array && value.id.length === OBJECT_ID_BYTES;
}
