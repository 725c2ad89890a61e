import type { ThresholdKind } from '../core/threshold.ts';
import type { Verdict } from '../verdicts/verdict.ts';

/** What became of a threshold, in the result file. */
export type VerdictDocument = ReturnType<typeof verdictDocument>;

/**
 * `limit` and `value` in `unit`, `value` null where nothing could be judged; `job` null: all jobs, the whole run, or a
 * query.
 */
export function verdictDocument(verdict: Verdict) {
  const { kind, job, uuid, jobType, text, metric, unit, operator, limit, value, ok, reason } = verdict;
  return {
    kind,
    job: job === '' ? null : job,
    job_uuid: uuid === '' ? null : uuid,
    job_type: jobType === '' ? null : jobType,
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

/** One that an older version has written, when only queries had no unit. */
export function withKind(document: VerdictDocument): VerdictDocument {
  const kind: ThresholdKind = document.unit === 'number' ? 'query' : 'recorded';
  return Object.assign({ kind }, document);
}

/** What a threshold is about, as people call it. */
export function subjectOf({ kind, job }: { readonly kind: ThresholdKind; readonly job: string | null }): string {
  if (kind === 'query') return 'query';
  return job ?? (kind === 'source' ? 'sources' : 'all jobs');
}

/** Why a threshold ended a run, for people. */
export function describeBreach({ kind, job, text, reason }: Verdict): string {
  const subject = subjectOf({ kind, job: job === '' ? null : job });
  return `threshold ${text} of ${subject} does not hold: ${reason}`;
}
