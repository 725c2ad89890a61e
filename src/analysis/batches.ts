import type { Distribution } from '../recorder/snapshot.ts';
import { effectiveSamples } from './effective-samples.ts';
import { type PercentileInterval, percentileInterval } from './percentile-interval.ts';

/** Counts and latencies of a job in one part of its measured time. */
export interface BatchTally {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: Distribution['latency'];
}

/** As many as the statistics use: more would only take memory, since each has slots of its own. */
const MAX_BATCHES = 32;

/**
 * Splits a job's time into at most 32 batches of about the same length (more than 16 after 32 intervals), so that a
 * disturbance of some duration stays within one of them. When there would be more, adjacent batches are merged.
 * Histograms are merged without loss; only the order within a batch is lost.
 */
export class BatchSeries {
  #batches: BatchTally[] = [];
  /** Number of intervals per full batch, and in the last batch. */
  #size = 1;
  #inLast = 1;

  add(interval: BatchTally): void {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#inLast < this.#size) {
      this.#batches[this.#batches.length - 1] = addBatches(last, interval);
      this.#inLast++;
      return;
    }
    if (this.#batches.length === MAX_BATCHES) {
      this.#batches = mergeAdjacent(this.#batches, addBatches);
      this.#size *= 2;
    }
    this.#batches.push(interval);
    this.#inLast = 1;
  }

  /** Batches in the order of time. */
  get all(): readonly BatchTally[] {
    return this.#batches;
  }
}

/** Returns the batch without the requests of `part`, which covers the same time. */
export function subtractBatches(batch: BatchTally, part: BatchTally | undefined): BatchTally {
  if (part === undefined) return batch;
  return {
    seconds: batch.seconds,
    requests: batch.requests - part.requests,
    errors: batch.errors - part.errors,
    latency: batch.latency.minus(part.latency),
  };
}

function addBatches(a: BatchTally, b: BatchTally): BatchTally {
  return {
    seconds: a.seconds + b.seconds,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: a.latency.plus(b.latency),
  };
}

/** Merges adjacent items in pairs; the last one stays alone if their number is odd. */
function mergeAdjacent<T>(items: readonly T[], add: (first: T, second: T) => T): T[] {
  const pairs: T[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const [first, second] = [items[at], items[at + 1]];
    if (first !== undefined) pairs.push(second === undefined ? first : add(first, second));
  }
  return pairs;
}

/**
 * Merges adjacent items until at most 32 are left (more than 16 if there were as many), so that a disturbance of some
 * duration stays within one of them.
 */
export function downsample<T>(items: readonly T[], add: (first: T, second: T) => T): readonly T[] {
  let groups = items;
  while (groups.length > MAX_BATCHES) groups = mergeAdjacent(groups, add);
  return groups;
}

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
    const effective = effectiveSamples(counts, percent / 100);
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
