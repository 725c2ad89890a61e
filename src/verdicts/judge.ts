import { type AbortRule, holds, type RecordedThreshold, unitOf } from '../core/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { formatBeside } from './format-value.ts';
import { measure } from './measure.ts';
import { type Pool, poolJobs } from './pool.ts';
import type { Verdict } from './verdict.ts';

/** Evaluates a threshold on a snapshot. Fails without data to evaluate. */
export function judge(threshold: RecordedThreshold, snapshot: Snapshot): Verdict {
  const { job, uuids, type, jobType, text, metric, operator, limit } = threshold;
  const unit = unitOf(metric.name);
  const measured = measure(poolOf(threshold, snapshot), metric);
  const value = 'value' in measured ? measured.value : undefined;
  const ok = value !== undefined && holds(value, threshold);
  const found = 'value' in measured ? `it is ${formatBeside(measured.value, limit, unit)}` : measured.shortage;
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
export function isOver(threshold: Scope, snapshot: Snapshot): boolean {
  return poolOf(threshold, snapshot).ended;
}

/** Whether a threshold may stop the run: it has `abort_on_fail`, and its delay has passed or its jobs have ended. */
export function isDue({ abortOnFail, delayMs, ...threshold }: Scope & AbortRule, snapshot: Snapshot): boolean {
  if (!abortOnFail) return false;
  const { elapsedMs, ended } = poolOf(threshold, snapshot);
  return ended || elapsedMs >= delayMs;
}

function poolOf({ uuids, type }: Scope, snapshot: Snapshot): Pool {
  const parts = snapshot.jobs.filter((part) => uuids.includes(part.uuid) && (type === undefined || part.type === type));
  return poolJobs(parts, snapshot);
}
