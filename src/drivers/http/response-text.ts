/** Tables and comparisons over the bytes of a response's lines (RFC 9110, section 5.6; RFC 9112, section 5). */

const TAB = 0x09;
export const SPACE = 0x20;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
const ZERO = 0x30;
const NINE = 0x39;

/** 1 for each byte that may stand inside a line: everything but control characters, among which only the tab may. */
export const TEXT = tableOf((byte) => byte === TAB || (byte >= SPACE && byte !== 0x7f));

/** 1 for each byte that may stand in a name. */
const TOKEN = tableOf((byte) => byte < 0x80 && /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)));

/** Where the token that begins at `from` ends; `from` itself when none does. */
export function tokenEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TOKEN[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** The first position at or after `from` that is neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at++;
  return at;
}

/** The position after the last byte before `to` that is neither space nor tab. */
export function trimBlanks(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(bytes[end - 1])) end--;
  return end;
}

/** Whether the bytes are `word`, in capitals or not. @param word in lower case, of letters and dashes */
export function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false;
  // The bit is what tells small letters from capitals; a dash has it already.
  for (let n = 0; n < word.length; n++) if (((bytes[from + n] ?? 0) | 0x20) !== word[n]) return false;
  return true;
}

/** The digit's value, or -1. */
export function digitOf(byte: number | undefined): number {
  return byte !== undefined && byte >= ZERO && byte <= NINE ? byte - ZERO : -1;
}

/** The number that these bytes are the decimal digits of; -1 when they are not, or when it cannot be held exactly. */
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

/** Space or tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function tableOf(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}
