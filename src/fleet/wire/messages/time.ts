import { PROTOCOL } from '../envelope.ts';
import { WireError } from '../wire-error.ts';

/**
 * Questions for the coordinator's clock and their answers: the protocol in one byte, then 64-bit floats, little-endian. A
 * coordinator answers a hundred a second, and the time until it does widens the bound of the clock.
 */
const NUMBER_BYTES = 8;

/** Question of an agent for the coordinator's clock. */
export interface TimePing {
  /** Its number, 0 or more. */
  readonly ping: number;
}

export interface TimePong {
  /** Number of the ping. */
  readonly ping: number;
  /** Monotonic clock of the coordinator, in milliseconds. */
  readonly clockMs: number;
}

export function encodeTimePing({ ping }: TimePing): Uint8Array {
  return encode(ping);
}

/** @throws {WireError} */
export function decodeTimePing(bytes: Uint8Array): TimePing {
  const [ping] = decode('time', bytes, 1);
  return { ping: numberOf('time', ping) };
}

export function encodeTimePong({ ping, clockMs }: TimePong): Uint8Array {
  return encode(ping, clockMs);
}

/** @throws {WireError} */
export function decodeTimePong(bytes: Uint8Array): TimePong {
  const name = 'reply to time';
  const [ping, clockMs] = decode(name, bytes, 2);
  if (!Number.isFinite(clockMs)) throw new WireError(`${name}: the clock is ${clockMs}`);
  return { ping: numberOf(name, ping), clockMs: Number(clockMs) };
}

function encode(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + numbers.length * NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, PROTOCOL);
  for (const [index, number] of numbers.entries()) view.setFloat64(1 + index * NUMBER_BYTES, number, true);
  return bytes;
}

function decode(name: string, bytes: Uint8Array, count: number): readonly number[] {
  if (bytes.length !== 1 + count * NUMBER_BYTES) throw new WireError(`${name}: the message has ${bytes.length} bytes`);
  if (bytes[0] !== PROTOCOL) throw new WireError(`${name}: protocol version ${bytes[0]}, not ${PROTOCOL}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getFloat64(1 + index * NUMBER_BYTES, true));
}

function numberOf(name: string, ping: number | undefined): number {
  if (ping === undefined || !Number.isSafeInteger(ping) || ping < 0)
    throw new WireError(`${name}: the ping is ${ping}`);
  return ping;
}
