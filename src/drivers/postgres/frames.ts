import { ClassifiedError } from '../classify-error.ts';
import type { FrameFormat } from '../frame-guard.ts';

/** Message type and length. */
const HEADER_BYTES = 5;
/** Maximum length of a message. PostgreSQL limits a value to 1 GB. */
const MAX_LENGTH = 0x40_00_00_00;
/** Maximum length of message types without rows and server texts, as in PostgreSQL's own client. */
const MAX_SHORT_LENGTH = 30_000;
/** Length of a message without a body. */
const EMPTY_LENGTH = 4;

/**
 * Maximum length by message type, type byte excluded, for the server messages of the requested protocol version; 0: not
 * known. An array, because every message of a load is looked up.
 */
const LONGEST = maximumLengths([
  // Data row, Copy data, Row description, Function call response, Error, Notice, Notification.
  ['DdTVENA', MAX_LENGTH],
  // Parse, Bind, Close and Copy complete, No data, Portal suspended, Empty query.
  ['123cnsI', EMPTY_LENGTH],
  ['RSKZCtGHWv', MAX_SHORT_LENGTH],
]);
/** Types of the messages that almost every result consists of, and the states of a transaction: `I`, `T`, `E`. */
const [BIND_COMPLETE, COMMAND_COMPLETE, READY_FOR_QUERY] = [0x32, 0x43, 0x5a];
const [IDLE, IN_TRANSACTION, FAILED] = [0x49, 0x54, 0x45];

/** Format of PostgreSQL's server messages (PostgreSQL manual, section 55.7). */
export const postgresFrames: FrameFormat = {
  headerBytes: HEADER_BYTES,
  frameBytes(buffer, start) {
    const type = buffer[start]!;
    const length = buffer.readUInt32BE(start + 1);
    const longest = LONGEST[type]!; // one for each byte
    if (longest === 0) throw broken(type, 'is not known');
    if (length < EMPTY_LENGTH || length > longest) throw broken(type, `is ${length} bytes long`);
    return length + 1;
  },
  check(buffer, start, end) {
    const type = buffer[start]!;
    if (!isWellFormed(type, buffer, start + HEADER_BYTES, end)) throw broken(type, 'is malformed');
  },
};

function isWellFormed(type: number, buffer: Buffer, start: number, end: number): boolean {
  switch (type) {
    case BIND_COMPLETE:
      return true;
    case COMMAND_COMPLETE:
      return isTerminated(buffer, start, end);
    case READY_FOR_QUERY:
      return end - start === 1 && isTransactionState(buffer[start]);
    default:
      return isOtherWellFormed(String.fromCharCode(type), buffer, start, end);
  }
}

/** Whether a text ends at the message's end, and only there: by a zero. A loop, because the texts are short. */
function isTerminated(buffer: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && buffer[at] !== 0) at++;
  return at === end - 1;
}

function isTransactionState(state: number | undefined): boolean {
  return state === IDLE || state === IN_TRANSACTION || state === FAILED;
}

function isOtherWellFormed(type: string, buffer: Buffer, start: number, end: number): boolean {
  switch (type) {
    case 'D':
      return isRow(buffer, start, end);
    case 'T':
      return isRowDescription(buffer, start, end);
    case 'E':
    case 'N':
      return isFieldList(buffer, start, end);
    case 'K':
      return end - start === 8;
    case 'S':
      return end - start > 1 && buffer[end - 1] === 0 && buffer.indexOf(0, start) < end - 1;
    case 't':
      return end - start >= 2 && end - start === 2 + 4 * buffer.readUInt16BE(start);
    case 'G':
    case 'H':
    case 'W':
      return end - start >= 3 && end - start === 3 + 2 * buffer.readUInt16BE(start + 1);
    case 'A':
      return end - start > 5 && buffer[end - 1] === 0;
    case 'R':
      return isAuthentication(buffer, start, end);
    default:
      return true;
  }
}

/** Format: value count, then length and bytes of each value; -1 stands for NULL. */
function isRow(buffer: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const fields = buffer.readInt16BE(start);
  let at = start + 2;
  for (let field = 0; field < fields; field++) {
    if (end - at < 4) return false;
    const length = buffer.readInt32BE(at);
    if (length < -1 || length > end - at - 4) return false;
    at += 4 + Math.max(length, 0);
  }
  return at === end && fields >= 0;
}

/** Format: column count, then name and 18 bytes for each column. */
function isRowDescription(buffer: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const columns = buffer.readInt16BE(start);
  let at = start + 2;
  for (let column = 0; column < columns; column++) {
    const zero = buffer.indexOf(0, at);
    if (zero < 0 || end - zero < 19) return false;
    at = zero + 19;
  }
  return at === end && columns >= 0;
}

/**
 * Format: fields of a letter and a zero-terminated text, ended by a zero. Without the final zero, `pg` loops forever.
 */
function isFieldList(buffer: Buffer, start: number, end: number): boolean {
  if (end - start === 1) return buffer[start] === 0;
  return end - start > 2 && buffer[end - 1] === 0 && buffer[end - 2] === 0;
}

/** Format: a code and its data: a salt for 5, a list of mechanisms for 10. */
function isAuthentication(buffer: Buffer, start: number, end: number): boolean {
  if (end - start < 4) return false;
  const code = buffer.readInt32BE(start);
  if (code === 0 || code === 3) return end - start === 4;
  if (code === 5) return end - start === 8;
  return code === 10 ? end - start > 5 && buffer[end - 1] === 0 && buffer[end - 2] === 0 : code > 5 && code < 13;
}

function broken(type: number, fault: string): ClassifiedError {
  return new ClassifiedError(
    'protocol',
    `the server violated the PostgreSQL protocol: a message of type 0x${type.toString(16)} ${fault}`,
  );
}

function maximumLengths(groups: readonly (readonly [types: string, longest: number])[]): Uint32Array {
  const lengths = new Uint32Array(256);
  for (const [types, longest] of groups) for (const type of Buffer.from(types)) lengths[type] = longest;
  return lengths;
}
