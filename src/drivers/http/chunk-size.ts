import { SEMICOLON, skipBlanks } from './response-text.ts';

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
