import { z } from 'zod';
import { PART_TYPES } from '../../../shared/job-type.ts';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import {
  countField,
  indexField,
  limitField,
  listOf,
  nameField,
  quantityField,
  rankField,
  textField,
  timeMsField,
} from './fields.ts';

const metricSchema = z.strictObject({
  index: indexField,
  name: textField,
  family: textField,
  type: z.enum(['counter', 'trend']),
  help: textField,
  scope: z.enum(['requests', 'streams', 'job']),
});

const partSchema = z.strictObject({
  name: textField,
  uuid: nameField,
  type: z.enum(PART_TYPES),
  step: textField,
  paced: z.boolean(),
  durationMs: limitField.or(quantityField),
  operations: limitField,
  warmUpMs: quantityField,
  traced: z.boolean(),
  expectedStatuses: listOf(textField).nullable(),
  checks: listOf(textField),
  metrics: listOf(metricSchema),
});

const keptRunSchema = z.strictObject({
  run: nameField,
  agent: nameField,
  workload: nameField,
  /** Without credentials. */
  target: textField,
  /** Epoch milliseconds at 0 of the coordinator's clock, and the start of the run on that clock. */
  originEpochMs: timeMsField,
  startMs: timeMsField,
  seed: countField,
  bucketBounds: listOf(z.number()),
  phases: listOf(textField, 32),
  jobs: listOf(z.strictObject({ index: indexField, connections: countField, parts: listOf(partSchema) })),
  agents: listOf(
    z.strictObject({ name: nameField, host: nameField, version: nameField, ranks: listOf(rankField, 256) }),
  ),
  /** The workload as it ran, as JSON. */
  asRun: z.string(),
});

/** Description of a run, which the coordinator keeps on the bus for `collect`. It has no secrets. */
export type KeptRun = z.output<typeof keptRunSchema>;

export function encodeKeptRun(state: KeptRun): Uint8Array {
  return encodeEnvelope(state);
}

/** @throws {WireError} */
export function decodeKeptRun(bytes: Uint8Array): KeptRun {
  return decodeEnvelope('state of a run', keptRunSchema, bytes).header;
}
