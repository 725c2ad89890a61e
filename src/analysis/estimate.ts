import { varianceInflation, degreesOfFreedom, effectiveSamples, MIN_BATCHES } from './effective-samples.ts';
import { studentT975, Z_975 } from './quantiles.ts';

/** Measured value with its 95 % confidence interval; an end is `undefined` where unknown. */
export interface Estimate {
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /**
   * Range that contains the value, for a percentile of which only the bucket is known. This error is systematic: it may
   * have the same direction in any number of runs.
   */
  readonly within?: ValueRange;
  /** Interval by assumption, used for an unknown end if each side has one run. */
  readonly assumed?: ValueRange | undefined;
}

/** Closed range; `high` may be infinite. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Applies a monotonically increasing function to the value and all bounds. */
export function mapEstimate(estimate: Estimate, map: (value: number) => number): Estimate {
  const { value, low, high, within, assumed } = estimate;
  return {
    value: map(value),
    low: low === undefined ? undefined : map(low),
    high: high === undefined ? undefined : map(high),
    ...(within && { within: { low: map(within.low), high: map(within.high) } }),
    ...(assumed && { assumed: { low: map(assumed.low), high: map(assumed.high) } }),
  };
}

/** Counts of a job in one part of its measured time. */
export interface CountedPart {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
}

/**
 * Estimates the rate in requests per second from the variation between the parts of a run; without an interval if there
 * are too few parts.
 */
export function estimateRate(parts: readonly CountedPart[]): Estimate | undefined {
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  if (seconds <= 0 || requests === 0) return undefined;
  const value = requests / seconds;
  if (parts.length < MIN_BATCHES) return { value, low: undefined, high: undefined };
  const deviations = parts.map((part) => part.requests - value * part.seconds);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const alike = varianceInflation(deviations);
  const variance = (parts.length / (parts.length - 1)) * squares * alike;
  const half = (studentT975(degreesOfFreedom(parts.length, alike)) * Math.sqrt(variance)) / seconds;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/**
 * Estimates the share of failed requests with Wilson's interval (JASA 22, 1927) for the effective number of requests.
 */
export function estimateErrorRate(parts: readonly CountedPart[]): Estimate | undefined {
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const errors = parts.reduce((sum, part) => sum + part.errors, 0);
  if (requests === 0) return undefined;
  const value = errors / requests;
  const counts = parts.map((part) => ({ total: part.requests, hits: part.errors }));
  // If none or all of the requests failed the parts do not differ, so any share gives the same result.
  const independent = effectiveSamples(counts, value > 0 && value < 1 ? value : 0.5);
  if (independent === undefined || independent <= 0) return { value, low: undefined, high: undefined };
  return { value, ...wilsonInterval(value, independent) };
}

/** Wilson's 95 % interval of a share found in a number of independent events. */
export function wilsonInterval(share: number, independent: number): ValueRange {
  const z2 = Z_975 ** 2;
  const center = (share + z2 / (2 * independent)) / (1 + z2 / independent);
  const half =
    (Math.sqrt(z2) / (1 + z2 / independent)) *
    Math.sqrt((share * (1 - share)) / independent + z2 / (4 * independent ** 2));
  return { low: Math.max(0, Math.min(share, center - half)), high: Math.min(1, Math.max(share, center + half)) };
}
