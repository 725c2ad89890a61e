import { ERROR_CLASSES, type ErrorClass } from '../core/outcome.ts';
import type { RequestType } from '../core/job-type.ts';
import type { LatencyCounts } from './latency-counts.ts';

/** A distribution of durations: exact bucket counts for metrics, a fine-grained histogram for percentiles. */
export interface Distribution {
  /** Upper bounds in seconds, ascending, without +Inf. A duration equal to a bound is inside it. */
  readonly bounds: readonly number[];
  /** Per bucket, *not* cumulative; one longer than `bounds` (the last is +Inf). */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
  /** Exact largest duration; 0 when there is none. */
  readonly maxSeconds: number;
  readonly latency: LatencyCounts;
}

/** Everything counted about one job's requests. `requests_total` is `ok + miss` and the sum of `errors`. */
export interface Tally {
  readonly started: number;
  readonly ok: number;
  readonly miss: number;
  readonly errors: Readonly<Record<ErrorClass, number>>;
  /** Cut off by us when the job stopped; in none of the three above. */
  readonly aborted: number;
  /** Tickets that were due but never started. */
  readonly skipped: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Sent to done, of every request that got its outcome. */
  readonly service: Distribution;
  /** Intended start to done; only for paced jobs. */
  readonly response: Distribution | undefined;
  /** Intended start to actual start; only for paced jobs. */
  readonly lag: Distribution | undefined;
}

export type JobStatus = 'pending' | 'warm_up' | 'in_progress' | 'completed' | 'failed' | 'canceled';

/** One job at one instant. */
export interface JobSnapshot {
  readonly name: string;
  readonly uuid: string;
  readonly type: RequestType;
  readonly status: JobStatus;
  /** Milliseconds of load after the warm-up, so far; what rates are divided by. */
  readonly elapsedMs: number;
  /** The job's limits, for progress: `Infinity` without one. */
  readonly durationMs: number;
  readonly operations: number;
  readonly measured: Tally;
  /** Requests started during the warm-up; `undefined` when the job has none. */
  readonly warmUp: Tally | undefined;
}

/** A failure as people read it: the first message seen of its class and how often the class occurred is in the tally. */
export interface FailureSample {
  readonly job: string;
  readonly uuid: string;
  readonly errorClass: ErrorClass;
  readonly message: string;
}

/** An immutable copy of everything recorded by a run at one instant: the only thing that readers ever see. */
export interface Snapshot {
  /** Milliseconds since the epoch of the instant described. */
  readonly epochMs: number;
  readonly agent: string;
  readonly runId: string;
  readonly workload: string;
  readonly jobs: readonly JobSnapshot[];
}

/** Requests that got their outcome: `requests_total`. */
export function requestsOf(tally: Tally): number {
  return tally.ok + tally.miss + errorsOf(tally);
}

/** Of those, the failed ones: `requests_error`. */
export function errorsOf(tally: Tally): number {
  return ERROR_CLASSES.reduce((total, errorClass) => total + tally.errors[errorClass], 0);
}

/** Requests under way. */
export function inFlightOf(tally: Tally): number {
  return tally.started - requestsOf(tally) - tally.aborted;
}

/**
 * The duration in seconds that `percent` (0 to 100) of all durations do not exceed, to 3 digits and never above the
 * exact maximum; `undefined` when there is none.
 */
export function percentileOf(distribution: Distribution, percent: number): number | undefined {
  const seconds = distribution.latency.percentile(percent);
  return seconds === undefined ? undefined : Math.min(seconds, distribution.maxSeconds);
}

/** Both counted together: what two threads, agents or runs did of one job. Their bounds must be the same. */
export function addTallies(a: Tally, b: Tally): Tally {
  return Object.freeze({
    started: a.started + b.started,
    ok: a.ok + b.ok,
    miss: a.miss + b.miss,
    errors: errorCounts((index) => a.errors[ERROR_CLASSES[index]!] + b.errors[ERROR_CLASSES[index]!]), // index is inside
    aborted: a.aborted + b.aborted,
    skipped: a.skipped + b.skipped,
    sentBytes: a.sentBytes + b.sentBytes,
    receivedBytes: a.receivedBytes + b.receivedBytes,
    service: addDistributions(a.service, b.service),
    response: a.response && b.response ? addDistributions(a.response, b.response) : (a.response ?? b.response),
    lag: a.lag && b.lag ? addDistributions(a.lag, b.lag) : (a.lag ?? b.lag),
  });
}

function addDistributions(a: Distribution, b: Distribution): Distribution {
  return Object.freeze({
    bounds: a.bounds,
    counts: Object.freeze(a.counts.map((count, index) => count + (b.counts[index] ?? 0))),
    sumSeconds: a.sumSeconds + b.sumSeconds,
    maxSeconds: Math.max(a.maxSeconds, b.maxSeconds),
    latency: a.latency.plus(b.latency),
  });
}

/** Counts by error class, every class present. */
export function errorCounts(countOf: (index: number) => number): Readonly<Record<ErrorClass, number>> {
  return Object.freeze(
    Object.fromEntries(ERROR_CLASSES.map((errorClass, index) => [errorClass, countOf(index)])),
  ) as Readonly<Record<ErrorClass, number>>;
}
