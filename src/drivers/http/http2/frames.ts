/** Types of frames (RFC 9113, section 6). */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** Flags of frames. `ACK` and `END_STREAM` are the same bit in different frames. */
export const ACK = 0x1;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const HAS_PRIORITY = 0x20;

/** Settings (RFC 9113, section 6.5.2). */
export const HEADER_TABLE_SIZE = 1;
export const ENABLE_PUSH = 2;
export const MAX_CONCURRENT_STREAMS = 3;
export const INITIAL_WINDOW_SIZE = 4;
export const MAX_FRAME_SIZE = 5;
export const MAX_HEADER_LIST_SIZE = 6;

export const HEAD_BYTES = 9;
/** Maximum payload of a frame unless the receiver allows more, in bytes. */
export const DEFAULT_FRAME_BYTES = 16_384;
export const MOST_FRAME_BYTES = 2 ** 24 - 1;
/** Flow-control window unless the receiver sets another one, in bytes. */
export const DEFAULT_WINDOW_BYTES = 65_535;
export const MOST_WINDOW_BYTES = 2 ** 31 - 1;
export const LAST_STREAM_ID = 2 ** 31 - 1;

/** First bytes of a client's connection. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/*
 * Frames are written as text of Latin-1 characters, one for each byte. Texts are joined without a copy, and a socket
 * writes a short text without allocating a buffer.
 */

/** Head of a frame. @param length of the payload in bytes */
export function frameHead(length: number, type: number, flags: number, streamId: number): string {
  return String.fromCharCode(
    length >>> 16,
    (length >>> 8) & 0xff,
    length & 0xff,
    type,
    flags,
    streamId >>> 24,
    (streamId >>> 16) & 0xff,
    (streamId >>> 8) & 0xff,
    streamId & 0xff,
  );
}

function uint32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** @param values alternating identifiers and values */
export function settingsFrame(values: readonly number[]): string {
  let payload = '';
  for (let at = 0; at < values.length; at += 2)
    payload += `\0${String.fromCharCode(values[at]!)}${uint32(values[at + 1]!)}`; // pairs
  return frameHead(payload.length, SETTINGS, 0, 0) + payload;
}

export const SETTINGS_ACK = frameHead(0, SETTINGS, ACK, 0);

export function windowUpdate(streamId: number, bytes: number): string {
  return frameHead(4, WINDOW_UPDATE, 0, streamId) + uint32(bytes);
}

export function rstStream(streamId: number, code: number): string {
  return frameHead(4, RST_STREAM, 0, streamId) + uint32(code);
}

/** The server has opened no streams, so the last one is always 0. */
export function goAway(code: number): string {
  return frameHead(8, GOAWAY, 0, 0) + uint32(0) + uint32(code);
}

/** Answer to a PING. @param payload its 8 bytes as Latin-1 */
export function pingAck(payload: string): string {
  return frameHead(8, PING, ACK, 0) + payload;
}

/** The header block of a request, in as many frames as it needs. */
export function headerFrames(streamId: number, block: string, isEnd: boolean, mostBytes: number): string {
  const flags = isEnd ? END_STREAM : 0;
  if (block.length <= mostBytes) return frameHead(block.length, HEADERS, flags | END_HEADERS, streamId) + block;
  let frames = frameHead(mostBytes, HEADERS, flags, streamId) + block.slice(0, mostBytes);
  for (let at = mostBytes; at < block.length; at += mostBytes) {
    const part = block.slice(at, at + mostBytes);
    const isLast = at + mostBytes >= block.length;
    frames += frameHead(part.length, CONTINUATION, isLast ? END_HEADERS : 0, streamId) + part;
  }
  return frames;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0; // within a payload
}

/** A 31-bit number after a reserved bit. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) & 0x7fff_ffff;
}
