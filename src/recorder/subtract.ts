import type { Distribution } from './snapshot.ts';

/**
 * What is in `whole` and not in `part`, which was recorded beside it. Its largest duration is known exactly only where the
 * part's is smaller; else it is the upper end of the slot that the largest fell into.
 */
export function subtract(whole: Distribution, part: Distribution): Distribution {
  const latency = whole.latency.minus(part.latency);
  const highestSeconds = latency.boundsOfRank(latency.total)?.high ?? 0;
  return {
    bounds: whole.bounds,
    counts: whole.counts.map((count, bucket) => count - (part.counts[bucket] ?? 0)),
    sumSeconds: Math.max(0, whole.sumSeconds - part.sumSeconds),
    maxSeconds: part.maxSeconds < whole.maxSeconds ? whole.maxSeconds : Math.min(whole.maxSeconds, highestSeconds),
    latency,
  };
}
