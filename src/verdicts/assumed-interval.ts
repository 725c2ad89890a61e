import type { Range } from './estimate.ts';
import { rankInterval } from './percentile-interval.ts';
import { Z_975 } from './student.ts';

/**
 * Intervals for what a run is too short, or too unsteady, to know by its own parts. They need no parts, but assumptions:
 * requests that end within the same 10 ms count as one, and the level of a run is 5 % off at most.
 */
const ALIKE_SECONDS = 0.01;
const BETWEEN_RUNS = 1.05;
/** The fewest independent durations between whose shortest and longest the median lies with 95 %. */
const FEWEST = 6;

/** The assumptions, for people. */
export const ASSUMPTION =
  'by assumption, from runs that are too short or too unsteady to know: requests within 10 ms count as one, and the level of a run is 5 % off at most';

/** As how many independent requests those of a run count. */
export function assumedSamples(total: number, seconds: number): number {
  return Math.min(total, Math.max(FEWEST, seconds / ALIKE_SECONDS));
}

/**
 * Which durations, counted from the shortest, hold a percentile between them (a binomial interval); the shortest and the
 * longest at an end that so few requests do not determine.
 */
export function assumedRanks(total: number, percent: number, seconds: number): Range {
  const { low = 1, high = total } = rankInterval(total, percent, assumedSamples(total, seconds));
  return { low, high };
}

/** Requests a second, from that many in that time: arrivals by chance (Poisson). */
export function assumedRate(requests: number, seconds: number): Range | undefined {
  if (requests <= 0 || seconds <= 0) return undefined;
  const factor = Math.exp(Z_975 / Math.sqrt(requests));
  const rate = requests / seconds;
  return { low: rate / factor, high: rate * factor };
}

/** What is measured in parts of a run, `undefined` where nothing is: without the outermost 2.5 % on either side. */
export function rangeOfParts(values: readonly number[]): Range | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const left = Math.floor(sorted.length * 0.025);
  const [low, high] = [sorted[left], sorted[sorted.length - 1 - left]];
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The range over all of them, and what runs differ by beyond it. */
export function assumeBetweenRuns(ranges: readonly (Range | undefined)[]): Range | undefined {
  const known = ranges.filter((range) => range !== undefined);
  if (known.length === 0) return undefined;
  return {
    low: Math.min(...known.map(({ low }) => low)) / BETWEEN_RUNS,
    high: Math.max(...known.map(({ high }) => high)) * BETWEEN_RUNS,
  };
}
