import type { ThresholdKind } from '../../plan/threshold.ts';
import type { ThresholdResult } from '../../thresholds/threshold-result.ts';

/** Threshold result, in the result file. */
export type ThresholdDocument = ReturnType<typeof thresholdDocument>;

/**
 * `limit` and `value` are in `unit`; `value` is null without data; `job` is null for all jobs, the whole run, or a
 * query.
 */
export function thresholdDocument(verdict: ThresholdResult) {
  const { kind, job, uuid, jobType, step, text, metric, unit, operator, limit, value, ok, reason } = verdict;
  return {
    kind,
    job: job === '' ? null : job,
    job_uuid: uuid === '' ? null : uuid,
    job_type: jobType === '' ? null : jobType,
    step: step ?? null,
    threshold: text,
    metric,
    unit,
    operator,
    limit,
    value: value ?? null,
    ok,
    reason: reason ?? null,
  };
}

/** Adds `kind` to results of older versions, in which only queries had no unit. */
export function withKind(document: ThresholdDocument): ThresholdDocument {
  const kind: ThresholdKind = document.unit === 'number' ? 'query' : 'recorded';
  return Object.assign({ kind, job_type: null, step: null }, document);
}

/** Display name of the subject of a threshold. */
export function thresholdSubject({ kind, job }: { readonly kind: ThresholdKind; readonly job: string | null }): string {
  if (kind === 'query') return 'query';
  return job ?? (kind === 'source' ? 'sources' : 'all jobs');
}

/** Describes why a threshold stopped a run. */
export function describeBreach({ kind, job, text, reason }: ThresholdResult): string {
  const subject = thresholdSubject({ kind, job: job === '' ? null : job });
  return `threshold ${text} of ${subject} does not hold: ${reason}`;
}
