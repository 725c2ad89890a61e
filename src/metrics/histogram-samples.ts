import type { Distribution } from '../recorder/snapshot.ts';
import type { Labels, Sample } from './family.ts';
import { formatGoFloat } from './go-float.ts';

/**
 * A distribution as the samples of a histogram: cumulative buckets up to `+Inf`, then sum and count. None when there
 * is no distribution. The count is the last bucket, so the two cannot disagree.
 */
export function histogramSamples(distribution: Distribution | undefined, labels: Labels): readonly Sample[] {
  if (distribution === undefined) return [];
  let total = 0;
  const buckets = distribution.counts.map((count, index) => {
    total += count;
    const le = formatGoFloat(distribution.bounds[index] ?? Infinity);
    return { suffix: '_bucket', labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: distribution.sumSeconds },
    { suffix: '_count', labels, value: total },
  ];
}
