import { z } from 'zod';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import { countField, timeMsField } from './fields.ts';

const pingSchema = z.strictObject({ ping: countField });
/** Question of an agent for the coordinator's clock. */
export type TimePing = z.output<typeof pingSchema>;

const pongSchema = z.strictObject({
  /** Number of the ping. */
  ping: countField,
  /** Monotonic clock of the coordinator, in milliseconds. */
  clockMs: timeMsField,
});
export type TimePong = z.output<typeof pongSchema>;

export function encodeTimePing(ping: TimePing): Uint8Array {
  return encodeEnvelope(ping);
}

/** @throws {WireError} */
export function decodeTimePing(bytes: Uint8Array): TimePing {
  return decodeEnvelope('time', pingSchema, bytes).header;
}

export function encodeTimePong(pong: TimePong): Uint8Array {
  return encodeEnvelope(pong);
}

/** @throws {WireError} */
export function decodeTimePong(bytes: Uint8Array): TimePong {
  return decodeEnvelope('reply to time', pongSchema, bytes).header;
}
