import type { JobEstimates } from '../compare.ts';
import { widenBetweenRuns, assumedRate, assumedSamples, assumedRanks } from '../../analysis/assumed-interval.ts';
import {
  type Estimate,
  estimateErrorRate,
  type CountedPart,
  wilsonInterval,
  type ValueRange,
} from '../../analysis/estimate.ts';
import type { BucketHistory, JobHistory } from './job-histories.ts';
import { effectiveSamples } from '../../analysis/effective-samples.ts';
import { rankInterval, minimumSamples } from '../../analysis/percentile-interval.ts';

/**
 * Estimates a percentile from bucket counts. The percentile lies in one bucket (`within`); the value is interpolated
 * linearly inside it. The 95 % interval has the bounds of buckets as its ends; it is known if the history has at least
 * five intervals with durations. `undefined` if there are too few durations.
 * @param percent above 0, below 100
 * @param seconds how long the job ran, for the interval by assumption
 */
export function estimateFromBuckets(history: BucketHistory, percent: number, seconds: number): Estimate | undefined {
  const atEnd = history.counts.map((counts) => counts.at(-1) ?? 0);
  const total = atEnd.at(-1) ?? 0;
  if (total < minimumSamples(percent)) return undefined;
  const bucketOf = (rank: number): number => atEnd.findIndex((count) => count >= rank);
  const edgesOf = (bucket: number): ValueRange => ({
    low: history.bounds[bucket - 1] ?? 0,
    high: history.bounds[bucket] ?? Infinity,
  });
  // 99.9 has no exact binary representation.
  const rank = Math.max(1, Math.ceil(((percent * total) / 100) * (1 - 4 * Number.EPSILON)));
  const bucket = bucketOf(rank);
  const within = edgesOf(bucket);
  const below = atEnd[bucket - 1] ?? 0;
  const share = (rank - below) / ((atEnd[bucket] ?? 0) - below);
  const effective = effectiveOf(history, atEnd, percent);
  const ranks = effective === undefined ? undefined : rankInterval(total, percent, effective);
  const assumed = assumedRanks(total, percent, seconds);
  return {
    // The last bucket has no upper bound to interpolate to.
    value: within.high === Infinity ? within.low : within.low + share * (within.high - within.low),
    low: ranks?.low === undefined ? undefined : edgesOf(bucketOf(ranks.low)).low,
    high: ranks?.high === undefined ? undefined : edgesOf(bucketOf(ranks.high)).high,
    within,
    assumed: widenBetweenRuns([
      { low: edgesOf(bucketOf(assumed.low)).low, high: edgesOf(bucketOf(assumed.high)).high },
    ]),
  };
}

/**
 * Effective number of independent durations, from the bucket bound that is nearest to the percentile and has durations
 * on both sides.
 */
function effectiveOf({ counts }: BucketHistory, atEnd: readonly number[], percent: number): number | undefined {
  const total = atEnd.at(-1) ?? 0;
  const shares = atEnd.map((count) => count / total);
  const distanceOf = (share: number): number => (share > 0 && share < 1 ? Math.abs(share - percent / 100) : Infinity);
  const distances = shares.map(distanceOf);
  const nearest = distances.indexOf(Math.min(...distances));
  const [totals, hits] = [counts.at(-1) ?? [], counts[nearest] ?? []];
  const batches = totals.map((count, at) => ({
    total: count - (totals[at - 1] ?? 0),
    hits: (hits[at] ?? 0) - (hits[at - 1] ?? 0),
  }));
  // If one bucket holds all durations the batches do not differ, so any share gives the same result.
  const share = shares[nearest] ?? 0;
  return effectiveSamples(batches, share > 0 && share < 1 ? share : 0.5);
}

/** Builds the comparable estimates of a job from the series of a server. */
export function estimatesOfHistory({ job, type, step, phase, times, ...counted }: JobHistory): JobEstimates {
  const { requests, errors, ranSeconds, warmedUp } = counted;
  // The duration of the phase is unknown.
  const seconds = phase === undefined ? ranSeconds : 0;
  const percentile = (percent: number) =>
    times === undefined ? undefined : estimateFromBuckets(times, percent, seconds);
  const percentiles = { p50: percentile(50), p90: percentile(90), p99: percentile(99) };
  if (phase !== undefined) return { job, type, step, phase, figures: percentiles };
  const parts = requests.map((count, at) => ({
    seconds: 0, // the push time between two moments is unknown, and shares do not need it
    requests: count - (requests[at - 1] ?? 0),
    errors: (errors[at] ?? 0) - (errors[at - 1] ?? 0),
  }));
  const total = requests.at(-1) ?? 0;
  // No series contains the duration of the warm-up. The resolution is too coarse for the variation of the rate.
  const hasRate = !warmedUp && ranSeconds > 0;
  return {
    job,
    type,
    step,
    phase,
    figures: {
      rate: hasRate ? rateOf(total, ranSeconds) : undefined,
      error_rate: errorRateOf(parts, total, ranSeconds),
      ...percentiles,
    },
  };
}

function rateOf(requests: number, seconds: number): Estimate {
  const assumed = widenBetweenRuns([assumedRate(requests, seconds)]);
  return { value: requests / seconds, low: undefined, high: undefined, assumed };
}

function errorRateOf(parts: readonly CountedPart[], requests: number, seconds: number): Estimate | undefined {
  const estimate = estimateErrorRate(parts);
  return estimate && { ...estimate, assumed: wilsonInterval(estimate.value, assumedSamples(requests, seconds)) };
}
