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
  return PERCENTS.flatMap((percent): PercentileInterval[] => {
    const seconds = times.latency.percentile(percent) ?? 0;
    const counts = used.map(({ latency }) => ({ total: latency.total, hits: latency.countUpTo(seconds) }));
    const effective = effectiveSamples(groupUp(counts, addCounts), percent / 100);
    return effective === undefined ? [] : [percentileInterval(times, percent, effective)];
  });
}

function addCounts(a: BatchCount, b: BatchCount): BatchCount {
  return { total: a.total + b.total, hits: a.hits + b.hits };
}
