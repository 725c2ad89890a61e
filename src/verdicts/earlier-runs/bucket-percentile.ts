import { assumeBetweenRuns, assumedRanks } from '../assumed-interval.ts';
import { effectiveSamples } from '../effective-samples.ts';
import type { Estimate, Range } from '../estimate.ts';
import { rankInterval } from '../percentile-interval.ts';
import { samplesNeeded } from '../samples-needed.ts';

/** A histogram as a server keeps it, at several moments one after the other. */
export interface BucketHistory {
  /** Upper bounds in seconds, ascending, the last infinite. */
  readonly bounds: readonly number[];
  /** For each bound how many durations were not longer, at each moment. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * A percentile as buckets tell it. It lies in one of them (`within`), and where in it nobody knows: the value is as if its
 * durations were spread evenly. What chance may do is told in buckets, too, where the history has at least five moments with
 * durations between them. `undefined` when there are too few durations.
 * @param percent above 0, below 100  @param seconds how long the job ran, for the interval by assumption
 */
export function estimateFromBuckets(history: BucketHistory, percent: number, seconds: number): Estimate | undefined {
  const atEnd = history.counts.map((counts) => counts.at(-1) ?? 0);
  const total = atEnd.at(-1) ?? 0;
  if (total < samplesNeeded(percent)) return undefined;
  const bucketOf = (rank: number): number => atEnd.findIndex((count) => count >= rank);
  const edgesOf = (bucket: number): Range => ({
    low: history.bounds[bucket - 1] ?? 0,
    high: history.bounds[bucket] ?? Infinity,
  });
  // 99.9 is no binary number.
  const rank = Math.max(1, Math.ceil(((percent * total) / 100) * (1 - 4 * Number.EPSILON)));
  const bucket = bucketOf(rank);
  const within = edgesOf(bucket);
  const below = atEnd[bucket - 1] ?? 0;
  const share = (rank - below) / ((atEnd[bucket] ?? 0) - below);
  const effective = effectiveOf(history, atEnd, percent);
  const ranks = effective === undefined ? undefined : rankInterval(total, percent, effective);
  const assumed = assumedRanks(total, percent, seconds);
  return {
    // Beyond the last bound there is no middle.
    value: within.high === Infinity ? within.low : within.low + share * (within.high - within.low),
    low: ranks?.low === undefined ? undefined : edgesOf(bucketOf(ranks.low)).low,
    high: ranks?.high === undefined ? undefined : edgesOf(bucketOf(ranks.high)).high,
    within,
    assumed: assumeBetweenRuns([
      { low: edgesOf(bucketOf(assumed.low)).low, high: edgesOf(bucketOf(assumed.high)).high },
    ]),
  };
}

/** As how many independent durations they count, by the bound that is nearest to the percentile and has some on either side. */
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
  // With all of them in one bucket there is nothing to differ; any share will do.
  const share = shares[nearest] ?? 0;
  return effectiveSamples(batches, share > 0 && share < 1 ? share : 0.5);
}
