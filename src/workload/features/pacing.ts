import type { Pacing, RateSegment } from '../../plan/plan.ts';
import { DOCUMENT_TYPES } from '../../shared/job-type.ts';
import { DEFAULTS } from '../defaults.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf, type ConfigObject, type Fields } from '../entries.ts';
import type { RequestJobEntry } from './job/schema.ts';

/** Checks that a job has at most one rate setting and can keep to it. */
export function checkPacing(file: unknown): PathDiagnostic[] {
  return jobsOf(file).flatMap((job) => checkConflict(job).concat(checkUnpaced(job), checkStages(job)));
}

function checkConflict({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['pace'] === undefined || fields['stages'] === undefined) return [];
  const message = '`pace` and `stages` are both given; each sets the rate of the whole job';
  return [{ path: [...path, 'stages'], part: 'key', message, hint: 'keep one of the two' }];
}

const ONLY_PACED = ['arrival', 'overload'] as const;

function checkUnpaced({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['pace'] !== undefined || fields['stages'] !== undefined) return [];
  // `checkRequestsFrom` reports `arrival` beside recorded times.
  if (asObject(fields['requests_from'])?.['speed'] !== undefined) return [];
  return ONLY_PACED.filter((name) => fields[name] !== undefined && supportsPace(fields)).map((name) => ({
    path: [...path, name],
    part: 'key',
    message: `\`${name}\` has no effect without \`pace\` or \`stages\``,
    hint: 'give the job a rate, or leave it out',
  }));
}

/** Whether the type supports a rate; the schema reports a rate on other types. */
function supportsPace({ type }: Fields): boolean {
  return type === 'mixed' || type === 'scenario' || (DOCUMENT_TYPES as readonly unknown[]).includes(type);
}

function checkStages({ path, fields }: ConfigObject): PathDiagnostic[] {
  const stages: unknown[] = Array.isArray(fields['stages']) ? fields['stages'] : [];
  const paces = stages.map((stage) => asObject(stage)).map((stage) => [stage?.['from'] ?? 0, stage?.['pace']]);
  if (stages.length === 0) return [];
  const at = [...path, 'stages'];
  if (!paces.flat().every(isZero)) return [];
  return [{ path: at, message: 'all stages have a pace of 0: no requests would be sent' }];
}

function isZero(pace: unknown): boolean {
  return pace === 0 || (typeof pace === 'string' && /^[0.]+\//.test(pace));
}

/** Plans the intended start times of a job's requests. */
export function buildPacing({ pace, stages, arrival = DEFAULTS.job.arrival }: RequestJobEntry): Pacing {
  if (stages !== undefined) return { kind: 'paced', segments: buildSegments(stages), arrival };
  if (pace === undefined) return { kind: 'unlimited' };
  // A jump to the rate, which then stays.
  return { kind: 'paced', segments: [{ durationMs: 0, fromRate: pace, toRate: pace }], arrival };
}

function buildSegments(stages: NonNullable<RequestJobEntry['stages']>): RateSegment[] {
  let previous = 0;
  return stages.map(({ duration, pace, from }) => {
    const start = from ?? previous;
    previous = pace;
    return { durationMs: duration, fromRate: duration === 0 ? pace : start, toRate: pace };
  });
}
