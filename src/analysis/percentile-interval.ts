import type { Distribution } from '../recorder/snapshot.ts';
import { binomialQuantile, Z_975 } from './quantiles.ts';

/**
 * 95 % confidence interval of a percentile, in seconds; an end is `undefined` if so few samples do not determine it.
 */
export interface PercentileInterval {
  readonly percent: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Effective number of independent durations. */
  readonly effectiveSamples: number;
}

/**
 * Computes the interval between two of the recorded durations that contains the percentile with 95 % confidence, for
 * any distribution: the number of `n` independent durations below a percentile is binomial (David and Nagaraja, Order
 * Statistics, 7.1).
 * @param effectiveSamples effective number of independent durations, at most the number recorded
 */
export function percentileInterval(
  { latency, maxSeconds }: Pick<Distribution, 'latency' | 'maxSeconds'>,
  percent: number,
  effectiveSamples: number,
): PercentileInterval {
  const ranks = rankInterval(latency.total, percent, effectiveSamples);
  const low = ranks.low === undefined ? undefined : latency.boundsOfRank(ranks.low)?.low;
  const high = ranks.high === undefined ? undefined : latency.boundsOfRank(ranks.high)?.high;
  return {
    percent,
    low,
    high: high === undefined ? undefined : Math.min(high, maxSeconds),
    effectiveSamples: Math.floor(effectiveSamples),
  };
}

/** Ranks (1 is the shortest duration) that enclose the percentile, as in `percentileInterval`. */
export function rankInterval(
  total: number,
  percent: number,
  effectiveSamples: number,
): { readonly low: number | undefined; readonly high: number | undefined } {
  const trials = Math.floor(effectiveSamples);
  if (trials < 1 || total === 0) return { low: undefined, high: undefined };
  const share = percent / 100;
  const lower = binomialQuantile(trials, share, 0.025, -Z_975);
  const upper = binomialQuantile(trials, share, 0.975, Z_975) + 1;
  // Scales a rank among independent durations to all recorded ones.
  const rankOf = (rank: number): number => (rank / (trials + 1)) * (total + 1);
  return {
    low: lower < 1 ? undefined : Math.max(1, Math.floor(rankOf(lower))),
    high: upper > trials ? undefined : Math.min(total, Math.ceil(rankOf(upper))),
  };
}

/**
 * Minimum number of durations so that at least one lies on either side of a percentile. With fewer, p99 of 50 requests
 * would be their maximum.
 * @param percent above 0, below 100
 */
export function minimumSamples(percent: number): number {
  // 100 - 99.9 is slightly less than 0.1 in floating point; 1000 durations must suffice.
  return Math.ceil(100 / Math.min(percent, 100 - percent) - 1e-6);
}
