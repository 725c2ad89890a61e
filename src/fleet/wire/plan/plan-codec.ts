import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { LoadbotError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { Plan } from '../../../plan/plan.ts';
import { WireError } from '../wire-error.ts';
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

/**
 * Encodes a plan, compressed. Memory that jobs share is sent once.
 * @throws {LoadbotError} `config_invalid` for a plan that is too large
 */
export function encodePlan(plan: Plan): Uint8Array {
  const bytes = encodeValue(plan);
  if (bytes.length > MAX_PLAN_BYTES) {
    const sizes = `${formatBytes(bytes.length)}, more than ${formatBytes(MAX_PLAN_BYTES)}`;
    throw new LoadbotError('config_invalid', `the workload and its files cannot be sent to agents: ${sizes}`, {
      hint: 'use smaller files, or fewer jobs',
    });
  }
  return gzipSync(bytes);
}

/**
 * Decodes the untrusted bytes of a plan, frozen.
 * @throws {WireError} for damaged bytes, and for a plan that is too large
 */
export function decodePlan(bytes: Uint8Array): Plan {
  const value = decodeValue(inflate(bytes), LIMITS);
  const parsed = planShape.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WireError(`the plan is not valid: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return value as Plan;
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PLAN_BYTES });
  } catch (error) {
    throw new WireError('the plan is damaged or too large', { cause: error });
  }
}
