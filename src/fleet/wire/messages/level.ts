import { z } from 'zod';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import { hasShape, isEmptyList } from '../shape.ts';
import {
  countField,
  indexField,
  isCount,
  isPhaseMask,
  isQuantity,
  limitField,
  listOf,
  phaseMaskField,
  quantityField,
} from './fields.ts';

/** Lowest incomplete write of a job: all writes with a lower ticket are complete. */
export const watermarkSchema = z.strictObject({ job: indexField, completedBelow: limitField });
export type FleetWatermark = z.output<typeof watermarkSchema>;

const levelFields = {
  /** Number of the state, ascending: a receiver ignores a state that is older than one it has. */
  revision: countField,
  /** `cut`: stop, and abort the requests in flight. */
  want: z.enum(['run', 'stop', 'cut']),
  /** Active phases of the system under test. */
  phases: phaseMaskField,
};

/** State of the run that agents follow, sent to all of them as soon as it changes. Best effort. */
const edgeSchema = z.strictObject(levelFields);
export type Edge = z.output<typeof edgeSchema>;

/** Answer to each message of an agent: the same state, so that a lost edge delays an agent by a second at most. */
const upReplySchema = z.strictObject({
  ...levelFields,
  /** Highest sequence number that the coordinator has; the agent sends the next one. */
  applied: countField,
  /** Lowest watermark of all other agents, for jobs that read their own writes. */
  watermarks: listOf(watermarkSchema),
  leaseMs: quantityField,
});
export type UpReply = z.output<typeof upReplySchema>;

/** Answers to jobs that do not read their own writes. */
const isUsualReply = hasShape<UpReply>({
  revision: isCount,
  want: (value) => value === 'run' || value === 'stop',
  phases: isPhaseMask,
  applied: isCount,
  watermarks: isEmptyList,
  leaseMs: isQuantity,
});

export function encodeEdge(edge: Edge): Uint8Array {
  return encodeEnvelope(edge);
}

/** @throws {WireError} */
export function decodeEdge(bytes: Uint8Array): Edge {
  return decodeEnvelope('edge', edgeSchema, bytes).header;
}

export function encodeUpReply(reply: UpReply): Uint8Array {
  return encodeEnvelope(reply);
}

/** @throws {WireError} */
export function decodeUpReply(bytes: Uint8Array): UpReply {
  return decodeEnvelope('reply to an agent', upReplySchema, bytes, isUsualReply).header;
}
