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

/** Which two of the durations, counted from the shortest, hold the percentile between them; see there. */
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
  // The ranks of so many independent durations, among all that were recorded.
  const rankOf = (rank: number): number => (rank / (trials + 1)) * (total + 1);
  return {
    low: lower < 1 ? undefined : Math.max(1, Math.floor(rankOf(lower))),
    high: upper > trials ? undefined : Math.min(total, Math.ceil(rankOf(upper))),
  };
}
