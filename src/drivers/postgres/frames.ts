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

/** Maximum length by message type, type byte excluded, for the server messages of the requested protocol version. */
const LONGEST = new Map([
  // Data row, Copy data, Row description, Function call response, Error, Notice, Notification.
  ...lengths('DdTVENA', MAX_LENGTH),
  // Parse, Bind, Close and Copy complete, No data, Portal suspended, Empty query.
  ...lengths('123cnsI', EMPTY_LENGTH),
  ...lengths('RSKZCtGHWv', MAX_SHORT_LENGTH),
]);

/** Format of PostgreSQL's server messages (PostgreSQL manual, section 55.7). */
export const postgresFrames: FrameFormat = {
  headerBytes: HEADER_BYTES,
  frameBytes(buffer, start) {
    const type = buffer[start]!;
    const length = buffer.readUInt32BE(start + 1);
    const longest = LONGEST.get(type);
    if (longest === undefined) throw broken(type, 'is not known');
    if (length < EMPTY_LENGTH || length > longest) throw broken(type, `is ${length} bytes long`);
    return length + 1;
  },
  check(buffer, start, end) {
    const type = buffer[start]!;
    if (!isWellFormed(String.fromCharCode(type), buffer, start + HEADER_BYTES, end)) {
      throw broken(type, 'is malformed');
    }
  },
};

function isWellFormed(type: string, buffer: Buffer, start: number, end: number): boolean {
  switch (type) {
    case 'D':
      return isRow(buffer, start, end);
    case 'T':
      return isRowDescription(buffer, start, end);
    case 'Z':
      return end - start === 1 && [0x49, 0x54, 0x45].includes(buffer[start]!);
    case 'C':
      return buffer.indexOf(0, start) === end - 1;
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

function lengths(types: string, longest: number): (readonly [type: number, longest: number])[] {
  return [...Buffer.from(types)].map((type) => [type, longest]);
}
