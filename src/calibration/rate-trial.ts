import { formatMs, formatShare } from '../shared/units.ts';
import { supportedPercentileMs } from '../reports/phrases/percentiles.ts';
import { invalidFindings } from '../validity/finding.ts';
import type { TrialResult } from './run-trial.ts';

/** Limits of a sustained rate: see `evaluateTrial`. */
export const BOUND = {
  /** Minimum share of the due requests that were sent and successful. */
  achievedShare: 0.99,
  /** Maximum p99 schedule lag: half of the limit that makes a run invalid. */
  lagMs: 5,
} as const;

/** A trial of a rate. */
export interface RateTrial {
  /** Target rate in requests per second. */
  readonly rate: number;
  /** Share of the due requests that were sent and successful, from 0 to 1. */
  readonly achievedShare: number;
  /** 99th percentile of the schedule lag; NaN with too few requests. */
  readonly lagMs: number;
  /** Why the rate failed; `undefined`: it held. */
  readonly fault: string | undefined;
}

/** Determines whether a rate was sustained: enough requests were sent on time and succeeded, and the run is valid. */
export function evaluateTrial(rate: number, { tally, validity }: Pick<TrialResult, 'tally' | 'validity'>): RateTrial {
  const due = tally.started + tally.skipped;
  const answered = tally.ok + tally.miss;
  const achievedShare = due === 0 ? 0 : answered / due;
  const lagMs = (tally.lag && supportedPercentileMs(tally.lag, 99)) ?? NaN;
  const fault =
    achievedShare < BOUND.achievedShare
      ? `${formatShare(answered, due)} of it achieved`
      : lagMs > BOUND.lagMs
        ? `started late: p99 ${formatMs(lagMs)}`
        : invalidFindings(validity)[0]?.message;
  return { rate, achievedShare, lagMs, fault };
}
