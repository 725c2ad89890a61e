import type { ValueRange } from './estimate.ts';
import { rankInterval } from './percentile-interval.ts';
import { Z_975 } from './quantiles.ts';

/**
 * Confidence intervals by assumption, for runs that are too short or too unsteady to measure their own spread: requests
 * that end within the same 10 ms count as one sample, and the level of a run is at most 5 % off.
 */
const CORRELATION_SECONDS = 0.01;
const BETWEEN_RUNS_FACTOR = 1.05;
/** Smallest number of independent durations whose minimum and maximum enclose the median with 95 % confidence. */
const MIN_INDEPENDENT_SAMPLES = 6;

/** Note on the assumptions, for reports. */
export const ASSUMPTION =
  'by assumption, from runs that are too short or too unsteady to know: requests within 10 ms count as one, and the level of a run is 5 % off at most';

/** Returns the number of independent samples that the requests of a run are counted as. */
export function assumedSamples(total: number, seconds: number): number {
  return Math.min(total, Math.max(MIN_INDEPENDENT_SAMPLES, seconds / CORRELATION_SECONDS));
}

/**
 * Ranks (1 is the shortest duration) that enclose a percentile with 95 % confidence (binomial interval). The minimum or
 * maximum stands in for an end that so few samples do not determine.
 */
export function assumedRanks(total: number, percent: number, seconds: number): ValueRange {
  const { low = 1, high = total } = rankInterval(total, percent, assumedSamples(total, seconds));
  return { low, high };
}

/** Estimates the rate in requests per second from a count and a duration, for Poisson arrivals; 95 % interval. */
export function assumedRate(requests: number, seconds: number): ValueRange | undefined {
  if (requests <= 0 || seconds <= 0) return undefined;
  const factor = Math.exp(Z_975 / Math.sqrt(requests));
  const rate = requests / seconds;
  return { low: rate / factor, high: rate * factor };
}

/**
 * Range of the values of a run's parts without the outermost 2.5 % on either side; `undefined` for an empty list.
 */
export function trimmedRange(values: readonly number[]): ValueRange | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const left = Math.floor(sorted.length * 0.025);
  const [low, high] = [sorted[left], sorted[sorted.length - 1 - left]];
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** Union of the ranges, widened by the assumed difference between runs (5 %); `undefined` if no range is known. */
export function widenBetweenRuns(ranges: readonly (ValueRange | undefined)[]): ValueRange | undefined {
  const known = ranges.filter((range) => range !== undefined);
  if (known.length === 0) return undefined;
  return {
    low: Math.min(...known.map(({ low }) => low)) / BETWEEN_RUNS_FACTOR,
    high: Math.max(...known.map(({ high }) => high)) * BETWEEN_RUNS_FACTOR,
  };
}
