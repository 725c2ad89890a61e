import type { Distribution } from '../recorder/snapshot.ts';
import type { NativeHistogram } from './family.ts';

/** Eight buckets for each power of two, a factor of 1.09: as k6 has. */
const SCHEMA = 3;
const PER_POWER_OF_TWO = 2 ** SCHEMA;

/** The durations of a distribution, in seconds. A duration may count in the bucket beside its own: it is known to 3 digits. */
export function nativeHistogram({ latency, sumSeconds }: Distribution): NativeHistogram {
  const buckets = new Map<number, number>();
  let zeroCount = 0;
  for (const [micros, count] of latency.recorded()) {
    if (micros === 0) {
      zeroCount += count;
      continue;
    }
    const index = Math.ceil(Math.log2(micros / 1e6) * PER_POWER_OF_TWO);
    buckets.set(index, (buckets.get(index) ?? 0) + count);
  }
  // Slots ascend, and so do the indexes.
  return { schema: SCHEMA, count: latency.total, sum: sumSeconds, zeroCount, buckets: [...buckets] };
}
