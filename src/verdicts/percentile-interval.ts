import type { Distribution } from '../recorder/snapshot.ts';
import { binomialQuantile } from './binomial.ts';
import { Z_975 } from './student.ts';

/** Where a percentile lies with 95 % confidence, in seconds; `undefined` at an end that so few samples do not determine. */
export interface PercentileInterval {
  readonly percent: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** As how many independent durations those recorded count. */
  readonly effectiveSamples: number;
}

/**
 * The interval between two of the recorded durations that holds the percentile with 95 %, whatever their distribution: how
 * many of `n` independent durations lie below a percentile is binomial. (David and Nagaraja, Order Statistics, 7.1.)
 * @param effectiveSamples as how many independent durations those recorded count, at most as many as there are
 */
export function percentileInterval(
  { latency, maxSeconds }: Pick<Distribution, 'latency' | 'maxSeconds'>,
  percent: number,
  effectiveSamples: number,
): PercentileInterval {
  const trials = Math.floor(effectiveSamples);
  const nowhere = { percent, low: undefined, high: undefined, effectiveSamples: trials };
  if (trials < 1 || latency.total === 0) return nowhere;
  const share = percent / 100;
  const lower = binomialQuantile(trials, share, 0.025, -Z_975);
  const upper = binomialQuantile(trials, share, 0.975, Z_975) + 1;
  // The ranks of so many independent durations, among all that were recorded.
  const rankOf = (rank: number): number => (rank / (trials + 1)) * (latency.total + 1);
  const low = lower < 1 ? undefined : latency.boundsOfRank(Math.max(1, Math.floor(rankOf(lower))))?.low;
  const high =
    upper > trials ? undefined : latency.boundsOfRank(Math.min(latency.total, Math.ceil(rankOf(upper))))?.high;
  return { ...nowhere, low, high: high === undefined ? undefined : Math.min(high, maxSeconds) };
}
