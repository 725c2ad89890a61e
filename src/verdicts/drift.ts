/** How a job's latency moved from its beginning to its end. */
export interface Drift {
  /** Change of the median from the beginning to the end, as a share of it at the beginning: 0.5 is half as long again, -0.5 half. */
  readonly change: number;
}

const MIN_POINTS = 10;
/** A trend of independent points goes beyond this once in a hundred times. */
const SIGNIFICANT_Z = 2.576;
/** The least latency that is recorded, in seconds: nothing is shorter. */
const LEAST_SECONDS = 1e-6;
/** Less is nothing that anybody would look after. */
const NOTABLE_CHANGE = 0.1;

/**
 * Whether medians, one after the other in time, have a trend: by the test of Mann and Kendall, which asks only how often a
 * later one is larger, and by the slope of Theil and Sen, the median of all slopes, which says how much that is. The slopes are
 * those of logarithms: a fall to a hundredth is one of 99 %, where a straight line would have fallen below nothing.
 */
export function findDrift(medians: readonly number[]): Drift | undefined {
  const count = medians.length;
  if (count < MIN_POINTS) return undefined;
  let rises = 0;
  const slopes: number[] = [];
  const logarithms = medians.map((median) => Math.log(Math.max(median, LEAST_SECONDS)));
  for (const [at, early] of logarithms.entries()) {
    for (const [further, late] of logarithms.slice(at + 1).entries()) {
      rises += Math.sign(late - early);
      slopes.push((late - early) / (further + 1));
    }
  }
  // Equal values say nothing, which makes the sum vary less.
  const ties = [...new Set(medians)].map((value) => medians.filter((median) => median === value).length);
  const termOf = (n: number): number => n * (n - 1) * (2 * n + 5);
  const variance = (termOf(count) - ties.reduce((sum, same) => sum + termOf(same), 0)) / 18;
  if (variance <= 0 || (Math.abs(rises) - 1) / Math.sqrt(variance) < SIGNIFICANT_Z) return undefined;
  const change = Math.expm1(medianOf(slopes) * (count - 1));
  return Math.abs(change) < NOTABLE_CHANGE ? undefined : { change };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
