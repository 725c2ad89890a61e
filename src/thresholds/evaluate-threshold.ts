import { type AbortRule, isWithinLimit, type RecordedThreshold, unitOf } from '../plan/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { formatWithLimit } from './format-value.ts';
import { measure } from './measure.ts';
import { type PooledJobs, poolJobs } from '../analysis/pool.ts';
import type { ThresholdResult } from './threshold-result.ts';

/** Evaluates a threshold on a snapshot. Fails without data to evaluate. */
export function evaluateThreshold(threshold: RecordedThreshold, snapshot: Snapshot): ThresholdResult {
  const { job, uuids, type, jobType, text, metric, operator, limit } = threshold;
  const unit = unitOf(metric.name);
  const measured = measure(poolOf(threshold, snapshot), metric);
  const value = 'value' in measured ? measured.value : undefined;
  const ok = value !== undefined && isWithinLimit(value, threshold);
  const found = 'value' in measured ? `it is ${formatWithLimit(measured.value, limit, unit)}` : measured.shortage;
  return {
    kind: 'recorded',
    job,
    uuid: job !== '' && uuids.length === 1 ? (uuids[0] ?? '') : '',
    type,
    jobType,
    text,
    metric: metric.text,
    unit,
    operator,
    limit,
    value,
    ok,
    reason: ok ? undefined : found,
  };
}

/** Jobs and request type that a threshold applies to. */
type Scope = Pick<RecordedThreshold, 'uuids'> & Partial<Pick<RecordedThreshold, 'type'>>;

/** Whether all jobs of a threshold have ended. */
export function hasEnded(threshold: Scope, snapshot: Snapshot): boolean {
  return poolOf(threshold, snapshot).ended;
}

/** Whether a threshold may stop the run: it has `abort_on_fail`, and its delay has passed or its jobs have ended. */
export function mayAbort({ abortOnFail, delayMs, ...threshold }: Scope & AbortRule, snapshot: Snapshot): boolean {
  if (!abortOnFail) return false;
  const { elapsedMs, ended } = poolOf(threshold, snapshot);
  return ended || elapsedMs >= delayMs;
}

function poolOf({ uuids, type }: Scope, snapshot: Snapshot): PooledJobs {
  const parts = snapshot.jobs.filter((part) => uuids.includes(part.uuid) && (type === undefined || part.type === type));
  return poolJobs(parts, snapshot);
}
