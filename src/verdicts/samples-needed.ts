/**
 * How many durations it takes so that at least one lies on either side of a percentile: with fewer, p99 of 50 requests
 * would be their maximum under another name.
 * @param percent above 0, below 100
 */
export function samplesNeeded(percent: number): number {
  // 100 - 99.9 is a hair less than 0.1, and 1000 durations shall still do.
  return Math.ceil(100 / Math.min(percent, 100 - percent) - 1e-6);
}
