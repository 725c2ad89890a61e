import { alikeness, degreesOfFreedom, effectiveSamples, MIN_BATCHES } from './effective-samples.ts';
import { studentT975, Z_975 } from './student.ts';

/** A number that was measured, and where the true one lies with 95 % confidence; `undefined` where that is not known. */
export interface Estimate {
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /**
   * Between which numbers the value itself is known to lie, of a percentile of which only the bucket is known. That is no chance:
   * it may be as wrong, the same way, in any number of runs.
   */
  readonly within?: Range;
  /** The interval by assumption, which takes the place of an end that is not known where there is one run a side. */
  readonly assumed?: Range | undefined;
}

/** Its high end may be infinite. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** By a function that rises. */
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

/** What a job did in one part of its time. */
export interface Part {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
}

/** Requests a second, by how much the parts of a run differ; without an interval when there are too few. */
export function estimateRate(parts: readonly Part[]): Estimate | undefined {
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  if (seconds <= 0 || requests === 0) return undefined;
  const value = requests / seconds;
  if (parts.length < MIN_BATCHES) return { value, low: undefined, high: undefined };
  const deviations = parts.map((part) => part.requests - value * part.seconds);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const alike = alikeness(deviations);
  const variance = (parts.length / (parts.length - 1)) * squares * alike;
  const half = (studentT975(degreesOfFreedom(parts.length, alike)) * Math.sqrt(variance)) / seconds;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** Share of requests that failed, by Wilson's interval (JASA 22, 1927) for as many independent requests as they count. */
export function estimateErrorRate(parts: readonly Part[]): Estimate | undefined {
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const errors = parts.reduce((sum, part) => sum + part.errors, 0);
  if (requests === 0) return undefined;
  const value = errors / requests;
  const counts = parts.map((part) => ({ total: part.requests, hits: part.errors }));
  // With none or nothing but errors there is nothing to differ; any share will do.
  const independent = effectiveSamples(counts, value > 0 && value < 1 ? value : 0.5);
  if (independent === undefined || independent <= 0) return { value, low: undefined, high: undefined };
  return { value, ...wilsonInterval(value, independent) };
}

/** Where a share lies with 95 % that was found in so many independent events (Wilson). */
export function wilsonInterval(share: number, independent: number): Range {
  const z2 = Z_975 ** 2;
  const center = (share + z2 / (2 * independent)) / (1 + z2 / independent);
  const half =
    (Math.sqrt(z2) / (1 + z2 / independent)) *
    Math.sqrt((share * (1 - share)) / independent + z2 / (4 * independent ** 2));
  return { low: Math.max(0, Math.min(share, center - half)), high: Math.min(1, Math.max(share, center + half)) };
}
