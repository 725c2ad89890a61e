import { ClassifiedError } from '../classify-error.ts';
import type { FrameFormat } from '../frame-guard.ts';

/** Type and length. */
const HEADER_BYTES = 5;
/** The longest message of PostgreSQL, which bounds a value at 1 GB. */
const MAX_LENGTH = 0x40_00_00_00;
/**
 * The longest message of a type that holds neither rows nor texts of the server: the bound of PostgreSQL's own client.
 */
const MAX_SHORT_LENGTH = 30_000;
/** A message that is nothing but its header. */
const EMPTY_LENGTH = 4;

/**
 * By the types that a server sends, in the version of the protocol that we ask for: the longest message, its type not
 * included.
 */
const LONGEST = new Map([
  // Data row, Copy data, Row description, Function call response, Error, Notice, Notification.
  ...lengths('DdTVENA', MAX_LENGTH),
  // Completions of Parse, Bind, Close and Copy, No data, Portal suspended, Empty query.
  ...lengths('123cnsI', EMPTY_LENGTH),
  ...lengths('RSKZCtGHWv', MAX_SHORT_LENGTH),
]);

/** Messages of PostgreSQL's protocol, from the server (PostgreSQL manual, section 55.7). */
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
      throw broken(type, 'does not have the form of its type');
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

/** A count, then a length and so many bytes for each value; -1 stands for NULL. */
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

/** A count, then a name and 18 bytes for each column. */
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
 * Fields, each a letter and a text that a zero ends; another zero ends the list. Where it is missing `pg` reads on for
 * ever.
 */
function isFieldList(buffer: Buffer, start: number, end: number): boolean {
  if (end - start === 1) return buffer[start] === 0;
  return end - start > 2 && buffer[end - 1] === 0 && buffer[end - 2] === 0;
}

/** A code, then what goes with it: a salt with 5, a list of mechanisms with 10. */
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
    `the server broke PostgreSQL's protocol: a message of type 0x${type.toString(16)} ${fault}`,
  );
}

function lengths(types: string, longest: number): (readonly [type: number, longest: number])[] {
  return [...Buffer.from(types)].map((type) => [type, longest]);
}
