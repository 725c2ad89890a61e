import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { LoadbotError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { Plan } from '../../../plan/plan.ts';
import { ByteReader, ByteWriter } from '../varint.ts';
import { WireError } from '../wire-error.ts';
import { type SentFile, sentFilesSchema } from './sent-file.ts';
import { decodeValue, type ValueLimits } from './value-reader.ts';
import { encodeValue } from './value-writer.ts';

/** Limit of a plan before compression, in bytes. */
export const MAX_PLAN_BYTES = 64 * 1024 * 1024;

const LIMITS: ValueLimits = {
  values: 10_000_000,
  expandedValues: 100_000_000,
  bufferBytes: 2 * MAX_PLAN_BYTES,
};

/** Fields that everything else relies on. The sender has the same version, so the others have the types of a plan. */
const planShape = z.looseObject({
  workload: z.string(),
  runId: z.string().min(1),
  agent: z.string().min(1),
  target: z.looseObject({ driver: z.string(), url: z.string() }),
  threads: z.int().min(1),
  seed: z.number(),
  jobs: z.array(z.looseObject({ type: z.string(), index: z.int().min(0), name: z.string(), uuid: z.string() })),
  steps: z.array(z.array(z.int().min(0))),
  metrics: z.looseObject({ bucketBounds: z.array(z.number()) }),
  phases: z.array(z.looseObject({ name: z.string() })),
  secrets: z.array(z.string()),
});

/** Large files of a plan, which agents have themselves. */
export interface LargeFiles {
  readonly files: readonly SentFile[];
  /** Memory of all files, in their order. */
  readonly memory: readonly SharedArrayBuffer[];
}

const NO_FILES: LargeFiles = { files: [], memory: [] };

/**
 * Encodes a plan, compressed. Memory that jobs share is sent once.
 * @throws {LoadbotError} `config_invalid` for a plan that is too large
 */
export function encodePlan(plan: Plan, { files, memory }: LargeFiles = NO_FILES): Uint8Array {
  const list = encodeValue(files);
  const writer = new ByteWriter();
  writer.varint(list.length);
  writer.bytes(list);
  writer.bytes(encodeValue(plan, memory));
  if (writer.length > MAX_PLAN_BYTES) {
    const sizes = `${formatBytes(writer.length)}, more than ${formatBytes(MAX_PLAN_BYTES)}`;
    throw new LoadbotError('config_invalid', `the workload and its files cannot be sent to agents: ${sizes}`, {
      hint: 'use smaller files, or fewer jobs',
    });
  }
  return gzipSync(writer.copy());
}

/** Returns the memory of all files, in their order. */
export type OpenLargeFiles = (files: readonly SentFile[]) => readonly SharedArrayBuffer[];

/**
 * Decodes the untrusted bytes of a plan, frozen.
 * @param openFiles called once if the plan has large files
 * @throws {WireError} for damaged bytes, and for a plan that is too large
 * @throws the errors of `openFiles`
 */
export function decodePlan(bytes: Uint8Array, openFiles: OpenLargeFiles): Plan {
  const reader = new ByteReader(inflate(bytes));
  const files = sentFilesSchema.safeParse(decodeValue(reader.bytes(reader.varint()), LIMITS));
  if (!files.success) throw new WireError(`the plan is not valid: files: ${describe(files.error)}`);
  const memory = files.data.length === 0 ? [] : openFiles(files.data as readonly SentFile[]);
  const value = decodeValue(reader.bytes(reader.left), LIMITS, memory);
  const parsed = planShape.safeParse(value);
  if (!parsed.success) throw new WireError(`the plan is not valid: ${describe(parsed.error)}`);
  return value as Plan;
}

function describe({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PLAN_BYTES });
  } catch (error) {
    throw new WireError('the plan is damaged or too large', { cause: error });
  }
}
