/** Byte tables and comparisons for response lines (RFC 9110, section 5.6; RFC 9112, section 5). */

const TAB = 0x09;
export const SPACE = 0x20;
export const COMMA = 0x2c;
export const COLON = 0x3a;
const SEMICOLON = 0x3b;
const ZERO = 0x30;
const NINE = 0x39;

/** 1 for each byte allowed in a line: all except control characters other than tab. */
export const TEXT = tableOf((byte) => byte === TAB || (byte >= SPACE && byte !== 0x7f));

/** 1 for each byte allowed in a token. */
const TOKEN = tableOf((byte) => byte < 0x80 && /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)));

/** End of the token that starts at `from`; `from` without a token. */
export function tokenEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TOKEN[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** First position at or after `from` that is neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at++;
  return at;
}

/** Position after the last byte before `to` that is neither space nor tab. */
export function trimBlanks(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(bytes[end - 1])) end--;
  return end;
}

/**
 * Whether the bytes equal `word`, ignoring case.
 * @param word lower case letters and dashes
 */
export function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false;
  // Bit 0x20 distinguishes lower case from upper case; a dash has it set.
  for (let n = 0; n < word.length; n++) if (((bytes[from + n] ?? 0) | 0x20) !== word[n]) return false;
  return true;
}

/** Value of a digit, or -1. */
export function digitOf(byte: number | undefined): number {
  return byte !== undefined && byte >= ZERO && byte <= NINE ? byte - ZERO : -1;
}

/** Parses decimal digits; -1 when they are malformed or above `Number.MAX_SAFE_INTEGER`. */
export function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  let value = from < to ? 0 : -1;
  for (let at = from; at < to; at++) {
    const digit = digitOf(bytes[at]);
    value = value * 10 + digit;
    if (digit < 0 || value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}

/** @param word ASCII */
export function bytesOf(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

/** Whether the byte is a space or tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function tableOf(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

/**
 * Parses the first line of a chunk and returns its size in bytes; chunk extensions are ignored. Returns -1 for a
 * malformed line or a size above `Number.MAX_SAFE_INTEGER` (RFC 9112, section 7.1).
 */
export function chunkSize(bytes: Uint8Array, from: number, to: number): number {
  let size = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = hexOf(bytes[at] ?? 0);
    if (digit < 0) break;
    size = size * 16 + digit;
    if (size > Number.MAX_SAFE_INTEGER) return -1;
  }
  if (at === from) return -1;
  if (at === to) return size;
  return bytes[skipBlanks(bytes, at, to)] === SEMICOLON ? size : -1;
}

function hexOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
