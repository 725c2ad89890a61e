import { z } from 'zod';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import { decodeFrames, encodeFrames, type TallyFrame } from '../frame-list.ts';
import { indexField, listOf, nameField, timeMsField } from './fields.ts';

const spanSchema = z.strictObject({ job: indexField, startMs: timeMsField, endedMs: timeMsField });
/** Time of a job on an agent, in milliseconds of a monotonic clock. */
export type JobSpan = z.output<typeof spanSchema>;

const keptSchema = z.strictObject({
  run: nameField,
  agent: nameField,
  /** Times on the coordinator's clock. */
  spans: listOf(spanSchema),
});

/** All counts of an agent in a run whose coordinator is gone. */
export type KeptCounts = z.output<typeof keptSchema> & { readonly frames: readonly TallyFrame[] };

export function encodeKeptCounts({ frames, ...kept }: KeptCounts): Uint8Array {
  return encodeEnvelope(kept, encodeFrames(frames));
}

/** @throws {WireError} */
export function decodeKeptCounts(bytes: Uint8Array): KeptCounts {
  const { header, body } = decodeEnvelope('counts of an agent', keptSchema, bytes);
  return { ...header, frames: decodeFrames(body) };
}
