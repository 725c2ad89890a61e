import {
  type AbortRule,
  isWithinLimit,
  type RecordedThreshold,
  unitOf,
  type ThresholdMetric,
} from '../plan/threshold.ts';
import { iterationParts, requestParts, scheduledParts } from '../shared/job-parts.ts';
import type { JobSnapshot, Snapshot } from '../recorder/snapshot.ts';
import { formatWithLimit, type ThresholdResult } from './threshold-result.ts';
import { type PooledJobs, poolJobs, type PooledDurations } from '../analysis/pool.ts';
import { formatCount, formatCountOf } from '../shared/units.ts';
import { minimumSamples } from '../analysis/percentile-interval.ts';

/** Evaluates a threshold on a snapshot. Fails without data to evaluate. */
export function evaluateThreshold(threshold: RecordedThreshold, snapshot: Snapshot): ThresholdResult {
  const { job, uuids, type, step, jobType, text, metric, operator, limit } = threshold;
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
    step,
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
type Scope = Pick<RecordedThreshold, 'uuids'> &
  Partial<Pick<RecordedThreshold, 'type' | 'step'>> & {
    /** Absent: the value is not one of the jobs. */
    readonly metric?: ThresholdMetric | string;
  };

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

function poolOf({ uuids, type, step, metric }: Scope, snapshot: Snapshot): PooledJobs {
  const own = snapshot.jobs.filter(({ uuid }) => uuids.includes(uuid));
  const isWhole = type === undefined && step === undefined;
  const parts = measuredParts(own, metric, isWhole).filter(
    (part) => (type === undefined || part.type === type) && (step === undefined || part.step === step),
  );
  return poolJobs(parts, snapshot);
}

/** Metrics of the schedule, which a scenario has of its iterations. */
const OF_SCHEDULE: ReadonlySet<string> = new Set(['skipped', 'lag']);

/** @param isWhole whether the metric is about whole jobs */
function measuredParts(
  parts: readonly JobSnapshot[],
  metric: Scope['metric'],
  isWhole: boolean,
): readonly JobSnapshot[] {
  if (metric === undefined || typeof metric === 'string') return parts;
  if (metric.of !== undefined) return parts; // those that record it
  if (metric.ofIterations) return iterationParts(parts);
  return isWhole && OF_SCHEDULE.has(metric.name) ? scheduledParts(parts) : requestParts(parts);
}

/** Value of a metric in its unit, or the reason why there is none. */
type Measurement = { readonly value: number } | { readonly shortage: string };

function withoutSamples({ ofIterations, of }: ThresholdMetric): Measurement {
  if (of !== undefined) return { shortage: `no values of ${of} were recorded` };
  return { shortage: `no ${ofIterations ? 'iterations' : 'requests'} were recorded` };
}

/** Computes a metric over a pool of jobs. Without recorded requests the value is unknown, not 0. */
function measure(pool: PooledJobs, metric: ThresholdMetric): Measurement {
  const { requests, errors, failedChecks, miss, started, skipped, elapsedMs } = pool;
  if (metric.of !== undefined && (metric.name === 'count' || metric.name === 'rate')) return ofValues(pool, metric);
  switch (metric.name) {
    case 'count':
      return ofRequests(requests, requests, metric);
    case 'errors':
      return ofRequests(errors, requests, metric);
    case 'failed_checks':
      return ofRequests(failedChecks, requests, metric);
    case 'error_rate':
      return ofRequests(errors / requests, requests, metric);
    case 'miss_rate':
      return ofRequests(miss / requests, requests, metric);
    case 'skipped':
      return ofRequests(skipped, started + skipped, metric);
    case 'rate':
      return elapsedMs > 0 ? ofRequests((requests / elapsedMs) * 1000, requests, metric) : withoutSamples(metric);
    case 'lag':
      return percentile(pool.durations('lag'), metric);
    case 'p':
      return percentile(durationsOf(pool, metric), metric);
    case 'avg':
      return ofDurations(pool, metric, ({ sumSeconds, latency }) => sumSeconds / latency.total);
    case 'min':
      return ofDurations(pool, metric, ({ latency, maxSeconds }) => Math.min(latency.percentile(0) ?? NaN, maxSeconds));
    case 'max':
    default:
      return ofDurations(pool, metric, ({ maxSeconds }) => maxSeconds);
  }
}

/** Value of a counter, or number of values of a trend; or its rate. An empty counter is 0, as soon as there is load. */
function ofValues({ elapsedMs, ...pool }: PooledJobs, metric: ThresholdMetric): Measurement {
  const { of = '', name } = metric;
  const count = pool.total(of) ?? pool.trend(of)?.latency.total;
  if (count === undefined || elapsedMs <= 0) return withoutSamples(metric);
  return { value: name === 'rate' ? (count / elapsedMs) * 1000 : count };
}

function ofRequests(value: number, recorded: number, metric: ThresholdMetric): Measurement {
  return recorded === 0 ? withoutSamples(metric) : { value };
}

function durationsOf(pool: PooledJobs, { time, of }: ThresholdMetric): PooledDurations | undefined {
  if (of !== undefined) return pool.trend(of);
  return pool.durations(time ?? 'usual');
}

function ofDurations(
  pool: PooledJobs,
  metric: ThresholdMetric,
  valueOf: (durations: PooledDurations) => number,
): Measurement {
  const durations = durationsOf(pool, metric);
  return durations === undefined || durations.latency.total === 0
    ? withoutSamples(metric)
    : { value: valueOf(durations) };
}

function percentile(durations: PooledDurations | undefined, metric: ThresholdMetric): Measurement {
  const { percent, ofIterations, of } = metric;
  if (durations === undefined || durations.latency.total === 0 || percent === undefined) return withoutSamples(metric);
  const { latency, maxSeconds } = durations;
  const needed = minimumSamples(percent);
  if (latency.total < needed) {
    const have = formatCountOf(latency.total, of === undefined ? (ofIterations ? 'iteration' : 'request') : 'value');
    return { shortage: `not determinable from ${have}: at least ${formatCount(needed)} needed` };
  }
  return { value: Math.min(latency.percentile(percent) ?? NaN, maxSeconds) };
}
