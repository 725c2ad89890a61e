import { randomFillSync } from 'node:crypto';
import { NO_CODE } from './close-codes.ts';
import { CLOSE } from './opcode.ts';

const FIN = 0x80;
/** The payload is compressed (RFC 7692). */
const COMPRESSED = 0x40;
const MASKED = 0x80;
const KEY_BYTES = 4;
/** Payload lengths from which on the length has 2 more bytes, and 8. */
const [LENGTH_16, LENGTH_64] = [126, 65_536];

/** Random bytes for the keys of masks, which must not be predictable. */
const keys = Buffer.allocUnsafeSlow(8192);
let keyAt = keys.length;

/**
 * Builds a masked frame that is a whole message or a control frame.
 * @param payload text, or bytes, which stay unchanged
 */
export function buildFrame(opcode: number, payload: string | Uint8Array, isCompressed = false): Buffer {
  const isText = typeof payload === 'string';
  const length = isText ? Buffer.byteLength(payload) : payload.length;
  const lengthBytes = length < LENGTH_16 ? 0 : length < LENGTH_64 ? 2 : 8;
  const start = 2 + lengthBytes + KEY_BYTES;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN | opcode | (isCompressed ? COMPRESSED : 0);
  if (lengthBytes === 0) frame[1] = MASKED | length;
  else if (lengthBytes === 2) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length >>> 0, 6);
  }
  if (keyAt === keys.length) {
    randomFillSync(keys);
    keyAt = 0;
  }
  keys.copy(frame, start - KEY_BYTES, keyAt, (keyAt += KEY_BYTES));
  if (isText) frame.write(payload, start);
  else frame.set(payload, start);
  mask(frame, start);
  return frame;
}

/** Masks the bytes from `start` on with the key before them. */
function mask(frame: Buffer, start: number): void {
  const [a, b, c, d] = [frame[start - 4]!, frame[start - 3]!, frame[start - 2]!, frame[start - 1]!]; // written above
  const end = frame.length;
  let at = start;
  for (; at + 3 < end; at += 4) {
    frame[at]! ^= a;
    frame[at + 1]! ^= b;
    frame[at + 2]! ^= c;
    frame[at + 3]! ^= d;
  }
  if (at < end) frame[at]! ^= a;
  if (at + 1 < end) frame[at + 1]! ^= b;
  if (at + 2 < end) frame[at + 2]! ^= c;
}

/** Builds a close frame. @param code `NO_CODE`: without one */
export function buildCloseFrame(code: number, reason = ''): Buffer {
  if (code === NO_CODE) return buildFrame(CLOSE, '');
  const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return buildFrame(CLOSE, payload);
}
