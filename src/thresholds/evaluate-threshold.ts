import {
  type AbortRule,
  isWithinLimit,
  type RecordedThreshold,
  unitOf,
  type ThresholdMetric,
} from '../plan/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
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
type Scope = Pick<RecordedThreshold, 'uuids'> & Partial<Pick<RecordedThreshold, 'type' | 'step'>>;

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

function poolOf({ uuids, type, step }: Scope, snapshot: Snapshot): PooledJobs {
  const parts = snapshot.jobs.filter(
    (part) =>
      uuids.includes(part.uuid) &&
      (type === undefined || part.type === type) &&
      (step === undefined || part.step === step),
  );
  return poolJobs(parts, snapshot);
}

/** Value of a metric in its unit, or the reason why there is none. */
type Measurement = { readonly value: number } | { readonly shortage: string };

const NO_REQUESTS: Measurement = { shortage: 'no requests were recorded' };

/** Computes a metric over a pool of jobs. Without recorded requests the value is unknown, not 0. */
function measure(pool: PooledJobs, metric: ThresholdMetric): Measurement {
  const { requests, errors, miss, started, skipped, elapsedMs } = pool;
  switch (metric.name) {
    case 'count':
      return ofRequests(requests, requests);
    case 'errors':
      return ofRequests(errors, requests);
    case 'error_rate':
      return ofRequests(errors / requests, requests);
    case 'miss_rate':
      return ofRequests(miss / requests, requests);
    case 'skipped':
      return ofRequests(skipped, started + skipped);
    case 'rate':
      return elapsedMs > 0 ? ofRequests((requests / elapsedMs) * 1000, requests) : NO_REQUESTS;
    case 'lag':
      return percentile(pool.durations('lag'), metric.percent);
    case 'p':
      return percentile(durationsOf(pool, metric), metric.percent);
    case 'avg':
      return ofDurations(durationsOf(pool, metric), ({ sumSeconds, latency }) => sumSeconds / latency.total);
    case 'min':
      return ofDurations(durationsOf(pool, metric), ({ latency, maxSeconds }) =>
        Math.min(latency.percentile(0) ?? NaN, maxSeconds),
      );
    case 'max':
    default:
      return ofDurations(durationsOf(pool, metric), ({ maxSeconds }) => maxSeconds);
  }
}

function ofRequests(value: number, recorded: number): Measurement {
  return recorded === 0 ? NO_REQUESTS : { value };
}

function durationsOf(pool: PooledJobs, { time }: ThresholdMetric): PooledDurations | undefined {
  return pool.durations(time ?? 'usual');
}

function ofDurations(
  durations: PooledDurations | undefined,
  valueOf: (durations: PooledDurations) => number,
): Measurement {
  return durations === undefined || durations.latency.total === 0 ? NO_REQUESTS : { value: valueOf(durations) };
}

function percentile(durations: PooledDurations | undefined, percent: number | undefined): Measurement {
  if (durations === undefined || durations.latency.total === 0 || percent === undefined) return NO_REQUESTS;
  const { latency, maxSeconds } = durations;
  const needed = minimumSamples(percent);
  if (latency.total < needed) {
    const have = formatCountOf(latency.total, 'request');
    return { shortage: `not determinable from ${have}: at least ${formatCount(needed)} needed` };
  }
  return { value: Math.min(latency.percentile(percent) ?? NaN, maxSeconds) };
}
