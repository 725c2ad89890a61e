import type { Diagnostic } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { Plan } from '../../../plan/plan.ts';
import { usedBytes } from './value-writer.ts';

/** Limit of one file of a workload that is sent to agents, in bytes. */
export const MAX_SENT_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Finds the files of a workload that are too large to be sent to agents: rows of feeders, bodies, and any other memory
 * of the plan. Each is reported once, where it is used first.
 */
export function untransportable(plan: Plan): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const visited = new Set<object>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || visited.has(value)) return;
    visited.add(value);
    const memory = ArrayBuffer.isView(value) ? value.buffer : value;
    if (memory instanceof SharedArrayBuffer || memory instanceof ArrayBuffer) {
      if (memory !== value && visited.has(memory)) return;
      visited.add(memory);
      const bytes = usedBytes(new Uint8Array(memory));
      if (bytes > MAX_SENT_FILE_BYTES) found.push(describe(plan, path, bytes));
      return;
    }
    const entries = value instanceof Map || value instanceof Set ? [...value.entries()] : Object.entries(value);
    for (const [key, item] of entries) visit(item, [...path, String(key)]);
  };
  visit(plan, []);
  return found;
}

function describe({ jobs }: Plan, path: readonly string[], bytes: number): Diagnostic {
  const job = path[0] === 'jobs' ? jobs[Number(path[1])] : undefined;
  const feeder = job?.type !== 'sleep' && path[2] === 'feeders' ? job?.feeders[Number(path[3])] : undefined;
  const isBody = path.includes('bodyForm');
  const limit = `${formatBytes(bytes)}; files of up to ${formatBytes(MAX_SENT_FILE_BYTES)} are sent to agents`;
  if (feeder !== undefined) {
    return {
      message: `feeder \`${feeder.name}\` has ${limit}`,
      hint: 'use fewer rows or columns, or run without a fleet',
    };
  }
  const name = job === undefined ? 'the workload' : `job \`${job.name}\``;
  return isBody
    ? { message: `a body file of ${name} has ${limit}`, hint: 'send a smaller file, or run without a fleet' }
    : { message: `a file of ${name} has ${limit}`, hint: 'use a smaller file, or run without a fleet' };
}
