import type { ThresholdMetric } from '../plan/threshold.ts';
import { formatCount, formatCountOf } from '../shared/units.ts';
import type { PooledJobs, PooledDurations } from '../analysis/pool.ts';
import { minimumSamples } from '../analysis/percentile-interval.ts';

/** Value of a metric in its unit, or the reason why there is none. */
export type Measurement = { readonly value: number } | { readonly shortage: string };

const NO_REQUESTS: Measurement = { shortage: 'no requests were recorded' };

/** Computes a metric over a pool of jobs. Without recorded requests the value is unknown, not 0. */
export function measure(pool: PooledJobs, metric: ThresholdMetric): Measurement {
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
