import { z } from 'zod';
import type { JobPartTotals } from '../totals.ts';
import { ERROR_CLASSES } from '../../../shared/outcome.ts';
import { type ValidityFinding, SEVERITIES, SIGNALS } from '../../../validity/finding.ts';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import { decodeFrames, encodeFrames, type TallyFrame } from '../frame-list.ts';
import { hasAnyOf, hasShape, isBoolean, isEmptyList, orNull } from '../shape.ts';
import {
  countField,
  indexField,
  isCount,
  isName,
  isQuantity,
  isTimeMs,
  limitField,
  listOf,
  nameField,
  quantityField,
  textField,
  timeMsField,
} from './fields.ts';
import { watermarkSchema } from './level.ts';

/** Durations of all jobs, and the additional trends of a job. */
const MOST_DISTRIBUTIONS = 64;

const errorSchema = z.strictObject({ code: nameField, message: textField, hint: textField.nullable() });

const totalsSchema = z.strictObject({
  part: indexField,
  window: indexField,
  counts: listOf(countField),
  distributions: listOf(
    z.strictObject({ count: countField, sumMs: quantityField, maxMs: quantityField }),
    MOST_DISTRIBUTIONS,
  ),
  checksum: countField,
}) satisfies z.ZodType<JobPartTotals>;

/** Result of a command, or a notification. */
const eventSchema = z.discriminatedUnion('kind', [
  /** The plan is checked and the load threads are started. */
  z.strictObject({ kind: z.literal('opened') }),
  z.strictObject({ kind: z.literal('prepared'), job: indexField }),
  z.strictObject({
    kind: z.literal('ended'),
    job: indexField,
    /** See `JobRunEnd`, merged over the agent's threads; times are of the coordinator's clock. */
    end: z.strictObject({
      planned: listOf(countField),
      endedMs: timeMsField,
      usedBelow: limitField,
      noneFrom: limitField,
    }),
    /** Start after the common start, in milliseconds; 0: in time. */
    startedLateMs: quantityField,
    /** Totals of the agent's tallies, which must equal the sums of its frames. */
    totals: listOf(totalsSchema),
  }),
  /** A command failed; without a job, the plan could not be opened. */
  z.strictObject({ kind: z.literal('failed'), job: indexField.nullable(), error: errorSchema }),
  /** The agent stopped its load, since the coordinator did not answer. Its counts follow. */
  z.strictObject({ kind: z.literal('left') }),
  /** First failure of its class in a job. */
  z.strictObject({
    kind: z.literal('failure'),
    job: indexField,
    errorClass: z.enum(ERROR_CLASSES),
    message: textField,
  }),
]);
export type AgentEvent = z.output<typeof eventSchema>;

/** See `ValidityFinding`; seconds are of the run's start. */
const findingSchema = z.strictObject({
  signal: z.enum(SIGNALS),
  severity: z.enum(SEVERITIES),
  job: z
    .strictObject({ name: textField, uuid: nameField })
    .readonly()
    .nullable()
    .transform((job) => job ?? undefined),
  value: z.number(),
  unit: z.enum(['seconds', 'share', 'requests']),
  seconds: quantityField.exactOptional(),
  isOfWhole: z.boolean().exactOptional(),
  message: textField,
  hint: textField,
  firstSeenSeconds: z.number(),
  lastedSeconds: quantityField,
  worstSeconds: z.number(),
  spans: listOf(z.tuple([z.number(), z.number()]).readonly()),
  // A field that is missing here would make the coordinator refuse every message with it.
} satisfies Record<Exclude<keyof ValidityFinding, 'agent'>, z.ZodType>) satisfies z.ZodType<ValidityFinding>;

const peaksSchema = z.strictObject({
  eventLoopUtilization: quantityField.exactOptional(),
  blocked: quantityField.exactOptional(),
  cpuWait: quantityField.exactOptional(),
  steal: quantityField.exactOptional(),
  throttled: quantityField.exactOptional(),
  openFiles: quantityField.exactOptional(),
});

const healthSchema = z.strictObject({
  /** All findings of the agent's own monitoring so far. */
  findings: listOf(findingSchema, 1000),
  /** Maxima so far; see `Peaks`. */
  peaks: peaksSchema,
  /** Minimum request durations of this agent; null: not known. */
  floor: z.strictObject({ samples: countField, p50Seconds: quantityField, p99Seconds: quantityField }).nullable(),
  /** Bound of the error of its clock offset, in milliseconds. */
  clockBoundMs: quantityField,
  /** Latest start of a job after the common start so far, in milliseconds. */
  startedLateMs: quantityField,
  /** Its requests in all jobs so far; null: no durations. */
  requests: countField,
  errors: countField,
  p50Seconds: quantityField.nullable(),
  p99Seconds: quantityField.nullable(),
});
export type AgentHealth = z.output<typeof healthSchema>;

const upSchema = z.strictObject({
  run: nameField,
  agent: nameField,
  incarnation: nameField,
  /** From 1 without gaps; a repeated message has the same number. */
  seq: z.int().min(1),
  /** Time of the cut on the coordinator's clock. */
  cutMs: timeMsField,
  /** Whether all counts up to the cut are sent; false: more messages of the same cut follow. */
  isComplete: z.boolean(),
  events: listOf(eventSchema, 1000),
  health: healthSchema,
  /** Own watermarks of jobs that read their own writes. */
  watermarks: listOf(watermarkSchema),
});

/** A message of an agent: the counts since the last one, and everything that happened in between. */
export type Up = z.output<typeof upSchema> & { readonly frames: readonly TallyFrame[] };

/** Messages without events, findings and watermarks: nearly all of them. */
const isUsualUp = hasShape<z.output<typeof upSchema>>({
  run: isName,
  agent: isName,
  incarnation: isName,
  seq: (value) => isCount(value) && value !== 0,
  cutMs: isTimeMs,
  isComplete: isBoolean,
  events: isEmptyList,
  health: hasShape<AgentHealth>({
    findings: isEmptyList,
    peaks: hasAnyOf(Object.keys(peaksSchema.shape), isQuantity),
    floor: orNull(
      hasShape<NonNullable<AgentHealth['floor']>>({ samples: isCount, p50Seconds: isQuantity, p99Seconds: isQuantity }),
    ),
    clockBoundMs: isQuantity,
    startedLateMs: isQuantity,
    requests: isCount,
    errors: isCount,
    p50Seconds: orNull(isQuantity),
    p99Seconds: orNull(isQuantity),
  }),
  watermarks: isEmptyList,
});

export function encodeUp({ frames, health, ...up }: Up): Uint8Array {
  // An absent job is null in JSON.
  const findings = health.findings.map((finding) => ({ ...finding, job: finding.job ?? null }));
  return encodeEnvelope({ ...up, health: { ...health, findings } }, encodeFrames(frames));
}

/** @throws {WireError} */
export function decodeUp(bytes: Uint8Array): Up {
  const { header, body } = decodeEnvelope('message of an agent', upSchema, bytes, isUsualUp);
  return { ...header, frames: decodeFrames(body) };
}
