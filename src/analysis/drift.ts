/** Trend of a job's latency from its start to its end. */
export interface LatencyTrend {
  /** Relative change of the median from start to end: 0.5 means half as long again, -0.5 means half as long. */
  readonly change: number;
}

const MIN_POINTS = 10;
/** Critical value of the normal distribution: 1 % false positives for independent points. */
const SIGNIFICANT_Z = 2.576;
/** Shortest recorded latency in seconds. */
const LEAST_SECONDS = 1e-6;
/** Smaller changes are not reported. */
const MIN_REPORTED_CHANGE = 0.1;

/**
 * Detects a trend in medians that are in the order of time. Mann-Kendall test: counts how often a later value is
 * larger. Theil-Sen estimator: the median of all slopes gives the size of the trend. Slopes are those of logarithms: a
 * fall to a hundredth is -99 %, where a straight line would fall below 0.
 */
export function findDrift(medians: readonly number[]): LatencyTrend | undefined {
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
  // Correction for ties: equal values reduce the variance of the sum.
  const ties = [...new Set(medians)].map((value) => medians.filter((median) => median === value).length);
  const termOf = (n: number): number => n * (n - 1) * (2 * n + 5);
  const variance = (termOf(count) - ties.reduce((sum, same) => sum + termOf(same), 0)) / 18;
  if (variance <= 0 || (Math.abs(rises) - 1) / Math.sqrt(variance) < SIGNIFICANT_Z) return undefined;
  const change = Math.expm1(medianOf(slopes) * (count - 1));
  return Math.abs(change) < MIN_REPORTED_CHANGE ? undefined : { change };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
