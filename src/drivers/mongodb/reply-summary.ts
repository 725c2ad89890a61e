import type { ClassifiedError } from '../classify-error.ts';
import {
  ARRAY,
  BINARY,
  BOOLEAN,
  CODE,
  CODE_WITH_SCOPE,
  DATE,
  DB_POINTER,
  DECIMAL128,
  DOUBLE,
  INT32,
  INT64,
  MAX_KEY,
  MIN_KEY,
  NULL,
  OBJECT,
  OBJECT_ID,
  REGEXP,
  STRING,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from './bson-type.ts';
import { protocolViolation } from './frames.ts';

/** Sizes of values of fixed size, in bytes, by type. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [DOUBLE, 8],
  [UNDEFINED, 0],
  [OBJECT_ID, 12],
  [BOOLEAN, 1],
  [DATE, 8],
  [NULL, 0],
  [INT32, 4],
  [TIMESTAMP, 8],
  [INT64, 8],
  [DECIMAL128, 16],
  [MIN_KEY, 0],
  [MAX_KEY, 0],
]);
/** Bytes that the length of a value does not count, by type: of values that begin with their length. */
const UNCOUNTED_BYTES: ReadonlyMap<number, number> = new Map([
  [STRING, 4],
  [OBJECT, 0],
  [ARRAY, 0],
  [BINARY, 5],
  [DB_POINTER, 16],
  [CODE, 4],
  [SYMBOL, 4],
  [CODE_WITH_SCOPE, 0],
]);
const EMPTY_DOCUMENT_BYTES = 5;

const OK = Buffer.from('ok\0');
const N = Buffer.from('n\0');
const CURSOR = Buffer.from('cursor\0');
const FIRST_BATCH = Buffer.from('firstBatch\0');
const WRITE_ERRORS = Buffer.from('writeErrors\0');
const WRITE_CONCERN_ERROR = Buffer.from('writeConcernError\0');

/** The parts of a successful reply that its outcome depends on, as in the decoded reply. */
export interface ReplySummary {
  n: number | undefined;
  cursor: { readonly firstBatch: readonly unknown[] } | undefined;
}

const EMPTY_CURSOR = { firstBatch: [] } as const;

/** Reads the top level of replies, without decoding them. */
export class ReplyReader {
  readonly #summary: ReplySummary = { n: undefined, cursor: undefined };
  /** Start of the value that was found or skipped last. */
  #value = 0;

  /**
   * Reads a reply.
   * @param start of its document
   * @returns the summary, valid until the next call; `undefined`: the reply reports an error and must be decoded
   * @throws {ClassifiedError} when its types or lengths are invalid; {RangeError} at the end of the buffer
   */
  read(bytes: Buffer, start: number): ReplySummary | undefined {
    const summary = this.#summary;
    summary.n = undefined;
    summary.cursor = undefined;
    let isOk = false;
    const last = start + bytes.readInt32LE(start) - 1;
    for (let at = start + 4; at < last; at = this.#skip(bytes, at, last)) {
      if (isNamed(bytes, at, OK)) isOk = (numberAt(bytes, at, OK.length) ?? 0) !== 0;
      else if (isNamed(bytes, at, N)) summary.n = numberAt(bytes, at, N.length);
      else if (isNamed(bytes, at, CURSOR)) {
        if (this.#hasEmptyBatch(bytes, at, last)) summary.cursor = EMPTY_CURSOR;
      } else if (isNamed(bytes, at, WRITE_ERRORS) || isNamed(bytes, at, WRITE_CONCERN_ERROR)) return undefined;
    }
    return isOk ? summary : undefined;
  }

  /** Whether the cursor has a first batch without documents. */
  #hasEmptyBatch(bytes: Buffer, element: number, end: number): boolean {
    if (bytes[element] !== OBJECT) return false;
    const start = element + 1 + CURSOR.length;
    const last = this.#skip(bytes, element, end) - 1;
    for (let at = start + 4; at < last; at = this.#skip(bytes, at, last)) {
      if (!isNamed(bytes, at, FIRST_BATCH)) continue;
      this.#skip(bytes, at, last);
      return bytes[at] === ARRAY && bytes.readInt32LE(this.#value) === EMPTY_DOCUMENT_BYTES;
    }
    return false;
  }

  /** Returns the end of an element. */
  #skip(bytes: Buffer, start: number, last: number): number {
    const type = bytes[start]!; // before `last`
    let at = start + 1;
    while (bytes[at] !== 0 && at < last) at++;
    this.#value = ++at;
    const fixed = FIXED_BYTES.get(type);
    if (fixed !== undefined) at += fixed;
    else if (type === REGEXP) at = endOfText(bytes, endOfText(bytes, at, last), last);
    else {
      const uncounted = UNCOUNTED_BYTES.get(type);
      const length = bytes.readInt32LE(at);
      if (uncounted === undefined || length < (uncounted === 0 ? EMPTY_DOCUMENT_BYTES : 0)) throw invalid();
      at += uncounted + length;
    }
    if (at > last) throw invalid();
    return at;
  }
}

/** @param name ends with a zero */
function isNamed(bytes: Buffer, element: number, name: Buffer): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[element + 1 + index] !== name[index]) return false;
  }
  return true;
}

/** Number of an element; `undefined`: it is not a number. */
function numberAt(bytes: Buffer, element: number, nameBytes: number): number | undefined {
  const at = element + 1 + nameBytes;
  const type = bytes[element];
  if (type === DOUBLE) return bytes.readDoubleLE(at);
  if (type === INT32) return bytes.readInt32LE(at);
  if (type === INT64) return Number(bytes.readBigInt64LE(at));
  return type === BOOLEAN ? bytes[at] : undefined;
}

function endOfText(bytes: Buffer, start: number, last: number): number {
  let at = start;
  while (bytes[at] !== 0 && at < last) at++;
  return at + 1;
}

function invalid(): ClassifiedError {
  return protocolViolation('a reply is not valid BSON');
}
