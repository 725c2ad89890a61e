import { indexOfField, indexOfName } from './static-table.ts';

/*
 * Fields are encoded without the dynamic table and without Huffman coding: such a field is the same text on each
 * connection, so a constant one is encoded once for a job.
 */

/** First byte of a literal field that is not added to the dynamic table, and of one that no proxy may add. */
const NOT_INDEXED = 0x00;
const NEVER_INDEXED = 0x10;
const INDEXED = 0x80;
/** Bits of the first byte that hold an index of a literal field, and of an indexed one. */
const NAME_BITS = 4;
const FIELD_BITS = 7;
const LENGTH_BITS = 7;

/** Fields with secrets, which a table shared by several clients would reveal (RFC 7541, section 7.1.3). */
const SECRET = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** Sets the size of the dynamic table to 0. */
export const EMPTY_TABLE = '\x20';

/**
 * Encodes a field as text of Latin-1 characters (RFC 7541, section 6).
 * @param name in lower case
 */
export function encodeField(name: string, value: string): string {
  const index = indexOfField.get(`${name}\n${value}`);
  if (index !== undefined) return encodeInteger(index, FIELD_BITS, INDEXED);
  return fieldName(name) + encodeText(value);
}

/** Start of a literal field: everything before its value. */
function fieldName(name: string): string {
  const kind = SECRET.has(name) ? NEVER_INDEXED : NOT_INDEXED;
  const index = indexOfName.get(name);
  return index === undefined ? String.fromCharCode(kind) + encodeText(name) : encodeInteger(index, NAME_BITS, kind);
}

function encodeText(text: string): string {
  return encodeInteger(text.length, LENGTH_BITS, 0) + text;
}

/** Encodes an integer with a prefix of `bits` (RFC 7541, section 5.1). */
function encodeInteger(value: number, bits: number, first: number): string {
  const most = (1 << bits) - 1;
  if (value < most) return String.fromCharCode(first | value);
  let text = String.fromCharCode(first | most);
  let rest = value - most;
  for (; rest >= 0x80; rest >>>= 7) text += String.fromCharCode((rest & 0x7f) | 0x80);
  return text + String.fromCharCode(rest);
}
