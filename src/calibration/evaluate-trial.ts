import { formatMs, formatShare, formatRate } from '../shared/units.ts';
import { supportedPercentileMs } from '../reports/phrases/percentiles.ts';
import { invalidFindings } from '../validity/finding.ts';
import type { TrialResult } from './run-trial.ts';
import { LoadbotError } from '../shared/errors.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { errorsOf, requestsOf, percentileOf } from '../recorder/snapshot.ts';
import type { Knee } from './find-knee.ts';

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

/** Maximum share of failed requests for a valid measurement. */
const FAILING_SHARE = 0.01;

/** @throws {LoadbotError} when the target does not respond, or too many requests fail */
export function requireResponses({ tally, failures }: Pick<TrialResult, 'tally' | 'failures'>): void {
  const requests = requestsOf(tally);
  const errors = errorsOf(tally);
  if (requests > 0 && errors <= requests * FAILING_SHARE) return;
  const [first] = failures;
  const because = first === undefined ? '' : ` (${first.errorClass}: ${sanitizeForTerminal(first.message)})`;
  const message =
    requests === 0 ? 'no responses' : `${formatShare(errors, requests)} of the requests to the target failed`;
  throw new LoadbotError('internal', `cannot calibrate: ${message}${because}`, {
    hint: 'calibrate against a target that responds immediately, or omit the target to start a null server',
  });
}

/** Requests per second with an outcome, over the measured time. */
export function rateOf({ tally, elapsedMs }: Pick<TrialResult, 'tally' | 'elapsedMs'>): number {
  return (requestsOf(tally) / elapsedMs) * 1000;
}

/** Bottleneck of a load. */
export type Bottleneck = 'agent' | 'machine' | 'target';

/** Minimum utilization of a saturated thread. */
const THREAD_BUSY = 0.85;
/** Minimum utilization of a saturated machine. */
const MACHINE_BUSY = 0.9;
/** Minimum share of a second in which an exhausted CPU quota is the bottleneck. */
const THROTTLED = 0.05;

/** Determines the bottleneck of an unpaced load: the agent's threads, the CPUs of the machine, or else the target. */
export function findBottleneck(
  { cpu, elapsedMs, validity }: Pick<TrialResult, 'cpu' | 'elapsedMs' | 'validity'>,
  threads: number,
): Bottleneck {
  if (cpu.processSeconds / (elapsedMs / 1000) >= THREAD_BUSY * threads) return 'agent';
  const { throttled = 0 } = validity.peaks;
  return cpu.machineShare >= MACHINE_BUSY || throttled >= THROTTLED ? 'machine' : 'target';
}

/** Minimum ratio of two medians of the same load that indicates a busy machine. */
const UNLIKE = 2;

/**
 * Returns the reasons why a calibration is unreliable, as messages.
 * @param floors the same load, first and last
 */
export function findWarnings(
  floors: readonly Pick<TrialResult, 'tally' | 'validity'>[],
  { holds, fails }: Knee,
): string[] {
  const medians = floors.map(({ tally }) => (percentileOf(tally.service, 50) ?? NaN) * 1000);
  const least = Math.min(...medians);
  const most = Math.max(...medians);
  const complaints = floors.flatMap(({ validity }) => invalidFindings(validity)).map(({ message }) => message);
  return [
    ...new Set(complaints),
    ...(most > least * UNLIKE
      ? [
          `the same light load had a median of ${formatMs(least)} in one run and ${formatMs(most)} in the other: this machine or the network to the target is busy`,
        ]
      : []),
    ...(holds === undefined
      ? [
          `${formatRate(fails)} was not sustained with a p99 schedule lag of at most ${formatMs(BOUND.lagMs)}: other processes occupy the CPUs for that long`,
        ]
      : []),
  ];
}
