import { type Distribution, percentileOf } from '../../recorder/snapshot.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';

/** Percentiles shown in reports, in percent. */
export const PERCENTILES = [50, 90, 95, 99, 99.9] as const;

/** Key of a percentile in the result document: `p99_9`. */
export function percentileKey(percent: number): string {
  return `p${String(percent).replace('.', '_')}`;
}

/**
 * Returns a percentile in milliseconds if the sample supports it: at least one duration must lie above it, so p99.9
 * needs 1000. Else `undefined`, since the result would be the maximum.
 */
export function supportedPercentileMs(distribution: Distribution, percent: number): number | undefined {
  const isSupported = distribution.latency.total >= minimumSamples(percent);
  const seconds = isSupported ? percentileOf(distribution, percent) : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Durations in the result document. */
interface DocumentedDurations {
  readonly count: number;
  readonly percentiles_seconds: Readonly<Record<string, number | null>>;
}

/** Returns a percentile of the result document in milliseconds; NaN if the sample does not support it. */
export function documentedPercentileMs(
  { count, percentiles_seconds: known }: DocumentedDurations,
  percent: number,
): number {
  return count < minimumSamples(percent) ? NaN : (known[percentileKey(percent)] ?? NaN) * 1000;
}
