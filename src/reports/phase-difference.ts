import { formatMs } from '../core/units.ts';
import { type Distribution, percentileOf } from '../recorder/snapshot.ts';
import type { PhaseIntervals } from '../verdicts/course.ts';
import { differenceOf } from '../verdicts/difference.ts';
import type { Estimate } from '../verdicts/estimate.ts';
import { type PercentileInterval, percentileInterval } from '../verdicts/percentile-interval.ts';

/** How much longer requests took inside of a phase: with 95 % confidence between `low` and `high`, where so many samples tell. */
export interface PhaseDifference {
  readonly seconds: number | null;
  readonly low_seconds: number | null;
  readonly high_seconds: number | null;
  /** Whether it is more than chance would make. */
  readonly is_more_than_noise: boolean;
}

/**
 * @param intervals as the run's parts tell them; an end that they are too few for is that of durations which are independent
 *   of each other
 * @returns `null` where one side has no such percentile
 */
export function phaseDifference(
  inside: Distribution,
  outside: Distribution,
  percent: number,
  intervals: PhaseIntervals | undefined,
): PhaseDifference | null {
  const before = estimateOf(outside, percent, intervals?.outside);
  const after = estimateOf(inside, percent, intervals?.inside);
  if (before === undefined || after === undefined) return null;
  const { value = null, low = null, high = null } = differenceOf([before], [after]) ?? {};
  return {
    seconds: value,
    low_seconds: low,
    high_seconds: high,
    is_more_than_noise: (low !== null && low > 0) || (high !== null && high < 0),
  };
}

/** For people: `+80.1ms`; `noise` where chance would make as much; `-` where too few requests tell. */
export function formatDifference(difference: PhaseDifference | null): string {
  if (difference === null || difference.seconds === null) return '-';
  const { seconds, low_seconds: low, high_seconds: high, is_more_than_noise: isNotable } = difference;
  if (isNotable) return formatSigned(seconds);
  return low === null || high === null ? '-' : 'noise';
}

/** A span with its sign: `+80.1ms`, `−1.20s`. */
export function formatSigned(seconds: number): string {
  return `${seconds < 0 ? '−' : '+'}${formatMs(Math.abs(seconds) * 1000)}`;
}

function estimateOf(
  distribution: Distribution,
  percent: number,
  intervals: readonly PercentileInterval[] = [],
): Estimate | undefined {
  const value = percentileOf(distribution, percent);
  if (value === undefined) return undefined;
  const known = intervals.find((interval) => interval.percent === percent);
  const { low, high } = percentileInterval(distribution, percent, distribution.latency.total);
  return { value, low: known?.low ?? low, high: known?.high ?? high };
}
