import { type Distribution, percentileOf } from '../recorder/snapshot.ts';
import { samplesNeeded } from '../verdicts/samples-needed.ts';

/** The percentiles of reports, in percent. */
export const PERCENTILES = [50, 90, 95, 99, 99.9] as const;

/**
 * Milliseconds of a percentile that the sample can support: at least one duration must lie above it, so p99.9 needs 1000
 * of them. With fewer it would be the maximum under another name, and `undefined` is returned.
 */
export function supportedPercentileMs(distribution: Distribution, percent: number): number | undefined {
  const isSupported = distribution.latency.total >= samplesNeeded(percent);
  const seconds = isSupported ? percentileOf(distribution, percent) : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
