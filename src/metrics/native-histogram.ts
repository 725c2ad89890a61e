import type { Distribution } from '../recorder/snapshot.ts';
import type { NativeHistogram } from './family.ts';

/** Eight buckets per power of two, a factor of 1.09, as in k6. */
const SCHEMA = 3;
const PER_POWER_OF_TWO = 2 ** SCHEMA;

/**
 * Converts a distribution into a native histogram, in seconds. A duration may count in the adjacent bucket, since
 * durations are recorded to 3 significant digits.
 */
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
  // Recorded values ascend, so the indexes do too.
  return { schema: SCHEMA, count: latency.total, sum: sumSeconds, zeroCount, buckets: [...buckets] };
}
