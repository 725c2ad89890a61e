/**
 * Minimum number of durations so that at least one lies on either side of a percentile. With fewer, p99 of 50 requests
 * would be their maximum.
 * @param percent above 0, below 100
 */
export function minimumSamples(percent: number): number {
  // 100 - 99.9 is slightly less than 0.1 in floating point; 1000 durations must suffice.
  return Math.ceil(100 / Math.min(percent, 100 - percent) - 1e-6);
}
