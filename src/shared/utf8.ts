import { isUtf8 } from 'node:buffer';

/** Reason why bytes are not UTF-8 text; the message follows the name of a file. */
export interface Utf8Error {
  readonly message: string;
  readonly hint: string;
}

const BOM = Buffer.from('\u{FEFF}');
const UTF16: readonly Buffer[] = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const HINT = 'save it as UTF-8';

/** Removes the byte order mark of a text. */
export function withoutBom(bytes: Buffer): Buffer {
  return startsWith(bytes, BOM) ? bytes.subarray(BOM.length) : bytes;
}

/** Returns why bytes are not UTF-8 text without NUL, with the position; `undefined` if valid. */
export function validateUtf8(bytes: Buffer): Utf8Error | undefined {
  if (UTF16.some((mark) => startsWith(bytes, mark))) return { message: 'is UTF-16, not UTF-8', hint: HINT };
  const nul = bytes.indexOf(0);
  if (nul !== -1) return { message: `contains a NUL character (${placeOf(bytes, nul)})`, hint: 'remove it' };
  if (isUtf8(bytes)) return undefined;
  return { message: `is not UTF-8 (${placeOf(bytes, firstInvalid(bytes))})`, hint: HINT };
}

function startsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning);
}

/** `line 3, byte 5`, both from 1. */
function placeOf(bytes: Buffer, offset: number): string {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1 && end < offset; end = bytes.indexOf(10, start)) {
    line++;
    start = end + 1;
  }
  return `line ${line}, byte ${offset - start + 1}`;
}

/** Decoding replaces invalid bytes with U+FFFD, which has three bytes. */
function firstInvalid(bytes: Buffer): number {
  const decoded = Buffer.from(bytes.toString());
  let at = 0;
  while (at < bytes.length && bytes[at] === decoded[at]) at++;
  return at;
}
