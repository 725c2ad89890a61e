import { formatMs, formatShare } from '../core/units.ts';
import { supportedPercentileMs } from '../reports/percentiles.ts';
import { invalidOf } from '../validity/finding.ts';
import type { Played } from './play.ts';

/** What a rate must keep to hold: see `judgeStep`. */
export const BOUND = {
  /** Of the requests that were due, those that were sent and answered well. */
  achievedShare: 0.99,
  /** The 99th percentile of how late requests were started: half of what makes a run invalid. */
  lagMs: 5,
} as const;

/** One try at a rate. */
export interface Step {
  /** Requests per second that were asked for. */
  readonly rate: number;
  /** Of the requests that were due, those that were sent and answered well; from 0 to 1. */
  readonly achievedShare: number;
  /** 99th percentile of the schedule lag; NaN when so few requests do not tell. */
  readonly lagMs: number;
  /** Why it did not hold; `undefined`: it did. */
  readonly fault: string | undefined;
}

/** Whether a rate was kept: what was asked for was sent, nearly all of it, and on time, and a run would be valid. */
export function judgeStep(rate: number, { tally, validity }: Pick<Played, 'tally' | 'validity'>): Step {
  const due = tally.started + tally.skipped;
  const answered = tally.ok + tally.miss;
  const achievedShare = due === 0 ? 0 : answered / due;
  const lagMs = (tally.lag && supportedPercentileMs(tally.lag, 99)) ?? NaN;
  const fault =
    achievedShare < BOUND.achievedShare
      ? `${formatShare(answered, due)} of it achieved`
      : lagMs > BOUND.lagMs
        ? `started late: p99 ${formatMs(lagMs)}`
        : invalidOf(validity)[0]?.message;
  return { rate, achievedShare, lagMs, fault };
}
