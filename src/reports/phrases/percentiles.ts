import { type Distribution, percentileOf } from '../../recorder/snapshot.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';

/** Percentiles shown in reports, in percent. */
export const PERCENTILES = [50, 90, 95, 99, 99.9] as const;

/**
 * Returns a percentile in milliseconds if the sample supports it: at least one duration must lie above it, so p99.9
 * needs 1000. Else `undefined`, since the result would be the maximum.
 */
export function supportedPercentileMs(distribution: Distribution, percent: number): number | undefined {
  const isSupported = distribution.latency.total >= minimumSamples(percent);
  const seconds = isSupported ? percentileOf(distribution, percent) : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
