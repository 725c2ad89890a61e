import type { Distribution } from '../recorder/snapshot.ts';
import type { BatchTally } from './batches.ts';
import { type BatchCount, effectiveSamples } from './effective-samples.ts';
import { downsample } from './downsample.ts';
import { type PercentileInterval, percentileInterval } from './percentile-interval.ts';

/** Percentiles that get a confidence interval. */
const PERCENTS = [50, 75, 90, 95, 99, 99.9, 99.99];

/**
 * Computes 95 % confidence intervals of percentiles; empty if the recording is too short for them.
 * @param batches the same recording, split into batches in the order of time
 */
export function percentileIntervals(
  times: Distribution,
  batches: readonly BatchTally[],
): readonly PercentileInterval[] {
  const used = batches.filter(({ latency }) => latency.total > 0);
  const intervals = PERCENTS.flatMap((percent): PercentileInterval[] => {
    const seconds = times.latency.percentile(percent) ?? 0;
    const counts = used.map(({ latency }) => ({ total: latency.total, hits: latency.countUpTo(seconds) }));
    const effective = effectiveSamples(downsample(counts, addCounts), percent / 100);
    return effective === undefined ? [] : [percentileInterval(times, percent, effective)];
  });
  return makeMonotonic(intervals);
}

/**
 * Makes the bounds monotonic in the percentile: a percentile is never below the low end of a smaller one, nor above the
 * high end of a larger one. So a bound of one percentile also holds for the others.
 * @param intervals sorted by percentile, ascending
 */
export function makeMonotonic(intervals: readonly PercentileInterval[]): readonly PercentileInterval[] {
  const lows: (number | undefined)[] = [];
  for (const { low } of intervals) lows.push(extreme(Math.max, lows.at(-1), low));
  const highs: (number | undefined)[] = [];
  for (const { high } of intervals.toReversed()) highs.push(extreme(Math.min, highs.at(-1), high));
  highs.reverse();
  return intervals.map(({ percent, effectiveSamples: samples }, at) => {
    return { percent, low: lows[at], high: highs[at], effectiveSamples: samples };
  });
}

function extreme(of: typeof Math.max, a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b);
}

function addCounts(a: BatchCount, b: BatchCount): BatchCount {
  return { total: a.total + b.total, hits: a.hits + b.hits };
}
