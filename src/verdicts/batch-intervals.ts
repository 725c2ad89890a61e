import type { Distribution } from '../recorder/snapshot.ts';
import type { Batch } from './batches.ts';
import { type BatchCount, effectiveSamples } from './effective-samples.ts';
import { groupUp } from './neighbours.ts';
import { type PercentileInterval, percentileInterval } from './percentile-interval.ts';

/** The percentiles that intervals are given for. */
const PERCENTS = [50, 75, 90, 95, 99, 99.9, 99.99];

/**
 * Where the percentiles of what was recorded lie; none where it was too short.
 * @param batches the same, in its parts
 */
export function intervalsOf(times: Distribution, batches: readonly Batch[]): readonly PercentileInterval[] {
  const used = batches.filter(({ latency }) => latency.total > 0);
  const intervals = PERCENTS.flatMap((percent): PercentileInterval[] => {
    const seconds = times.latency.percentile(percent) ?? 0;
    const counts = used.map(({ latency }) => ({ total: latency.total, hits: latency.countUpTo(seconds) }));
    const effective = effectiveSamples(groupUp(counts, addCounts), percent / 100);
    return effective === undefined ? [] : [percentileInterval(times, percent, effective)];
  });
  return ascending(intervals);
}

/**
 * The same with bounds that rise with the percentile: a percentile is nowhere below the low end of a smaller one, nor above the
 * high end of a larger one, so what one is known by holds for the others too.
 * @param intervals by percentile, ascending
 */
export function ascending(intervals: readonly PercentileInterval[]): readonly PercentileInterval[] {
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
