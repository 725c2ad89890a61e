import { type Distribution, percentileOf } from '../recorder/snapshot.ts';

/** The percentiles of reports, in percent. */
export const PERCENTILES = [50, 90, 95, 99, 99.9] as const;

/**
 * Milliseconds of a percentile that the sample can support: at least one duration must lie above it, so p99.9 needs 1000
 * of them. With fewer it would be the maximum under another name, and `undefined` is returned.
 */
export function supportedPercentileMs(distribution: Distribution, percent: number): number | undefined {
  const above = distribution.latency.total * (100 - percent);
  // 100 - 99.9 is a hair less than 0.1, and 1000 durations shall still do.
  const seconds = above >= 100 - 1e-6 ? percentileOf(distribution, percent) : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
