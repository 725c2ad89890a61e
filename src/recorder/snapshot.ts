import {
  ERROR_CLASSES,
  type ErrorClass,
  type FailureDetail,
  type CheckCounts,
  type StatusCounts,
} from '../shared/outcome.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import type { PartType } from '../shared/job-type.ts';
import { type LatencyCounts, EMPTY_LATENCIES } from './latency-counts.ts';
import { type ComputedField, type Count, type CounterKey } from './counters.ts';

/** A distribution of durations: exact bucket counts for metrics, and a fine-grained histogram for percentiles. */
export interface Distribution {
  /** Upper bounds in seconds, ascending, inclusive, without +Inf. */
  readonly bounds: readonly number[];
  /** Per bucket, *not* cumulative; one more than `bounds` (the last is +Inf). */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
  /** Exact maximum; 0 if empty. */
  readonly maxSeconds: number;
  readonly latency: LatencyCounts;
  /**
   * Latest request of each bucket, parallel to `counts`; only for jobs whose requests carry trace ids, never for lags.
   */
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

/** A sample request of a bucket. Reading during a write may mix two requests of that bucket. */
export interface Exemplar {
  /** Ticket number in the job. */
  readonly sequence: number;
  readonly seconds: number;
  /** Completion time in epoch milliseconds. */
  readonly epochMs: number;
}

/** Upper bounds of the response size buckets, in bytes; one more bucket holds larger ones. */
export const SIZE_BOUNDS: readonly number[] = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** Value of an additional metric: the sum of a counter, or the distribution of a trend. */
export type MetricValue =
  | { readonly metric: JobMetric; readonly total: number; readonly durations?: undefined }
  | { readonly metric: JobMetric; readonly total?: undefined; readonly durations: Distribution };

/**
 * Counters and distributions of one job's requests. `requests_total` is `ok + miss` plus the sum of `errors`; aborted
 * and skipped tickets are not in it.
 */
export interface Tally extends Readonly<Record<CounterKey, number>> {
  readonly errors: Readonly<Record<ErrorClass, number>>;
  /** Errors by detail from the database; only those that occurred. */
  readonly details: Readonly<Partial<Record<FailureDetail, number>>>;
  /** Failed checks of responses by name; only those that failed. */
  readonly checks: CheckCounts;
  /** Responses by status code; `undefined` for protocols without. An update that reads first has two. */
  readonly statuses: StatusCounts | undefined;
  /** Requests with a response, by bytes on the wire: one count for each bucket of `SIZE_BOUNDS`, and one for larger. */
  readonly sizes: readonly number[];
  /** From sending to completion, of every request with an outcome. */
  readonly service: Distribution;
  /** From intended start to completion, and to the actual start; only for paced jobs. */
  readonly response: Distribution | undefined;
  readonly lag: Distribution | undefined;
  /** Additional metrics of the job that this part records, in their order. */
  readonly metrics: readonly MetricValue[];
}

/** Numbers of a job during a phase of the system under test. Phases may overlap. */
interface PhaseSnapshot {
  readonly name: string;
  /** Outcomes and durations of measured requests that were sent during the phase. Other numbers are not recorded. */
  readonly inside: Tally;
}

export type JobStatus = 'pending' | 'warm_up' | 'in_progress' | 'completed' | 'failed' | 'canceled';

/** Pauses of a run, as they concern one job. */
export interface JobPauses {
  readonly isPaused: boolean;
  /** Total milliseconds since the start of its load. */
  readonly jobMs: number;
  /** Total milliseconds since the start of the run. */
  readonly runMs: number;
}

/** State of one job at one instant. */
export interface JobSnapshot {
  readonly name: string;
  readonly uuid: string;
  readonly type: PartType;
  /** Name of its operation; empty: none. */
  readonly step: string;
  readonly status: JobStatus;
  /** Whether the job has started to open its sessions. */
  readonly opened: boolean;
  /** Milliseconds from the start to the end of its load, with warm-up and pauses; `undefined`: not ended, or without load. */
  readonly ranMs: number | undefined;
  /** End in epoch milliseconds. */
  readonly endedEpochMs: number | undefined;
  /** Milliseconds of load since the warm-up, without pauses; the divisor of rates. */
  readonly elapsedMs: number;
  /** Pauses until its end, or until now; absent: none. */
  readonly pauses?: JobPauses | undefined;
  /**
   * Current target rate of the schedule in requests per second, 0 during warm-up, in a pause or while not running; absent: no
   * schedule.
   */
  readonly targetRate?: number | undefined;
  /** Status codes that the job configures as ok; absent: responses are not counted by status code. */
  readonly expectedStatuses?: readonly string[] | undefined;
  /** Names of the checks of its responses; absent: none. */
  readonly checkNames?: readonly string[] | undefined;
  /** Limits of the job, for progress; `Infinity`: unlimited. */
  readonly durationMs: number;
  readonly operations: number;
  readonly measured: Tally;
  /** Requests started during the warm-up; `undefined` without a warm-up. */
  readonly warmUp: Tally | undefined;
  /** One for each phase of the system under test that the run records. */
  readonly phases: readonly PhaseSnapshot[];
}

/** Unique key of a snapshot within a run: a mixed job has one for each named operation and each type of the others. */
export function jobKey({ uuid, type, step }: Pick<JobSnapshot, 'uuid' | 'type' | 'step'>): string {
  return step === '' ? `${uuid}/${type}` : `${uuid}/${type}/${step}`;
}

/** First message of an error class. The number of occurrences is in the tally. */
export interface FailureSample {
  readonly job: string;
  readonly uuid: string;
  readonly errorClass: ErrorClass;
  readonly message: string;
}

/** Immutable copy of a run's record at one instant; the only view that readers get. */
export interface Snapshot {
  /**
   * Epoch milliseconds of the snapshot. The system clock is read once per run, at its start; later times follow the
   * monotonic clock, so differences between snapshots are correct even if the system clock is set.
   */
  readonly epochMs: number;
  readonly agent: string;
  readonly runId: string;
  readonly workload: string;
  /** End of the run on the monotonic clock; `undefined`: running. */
  readonly endedMs: number | undefined;
  readonly jobs: readonly JobSnapshot[];
}

/** Returns the snapshot without latencies, which use most of the memory and are needed for percentiles only. */
export function countsOf(snapshot: Snapshot): Snapshot {
  const bare = (distribution: Distribution): Distribution => ({ ...distribution, latency: EMPTY_LATENCIES });
  const bareTally = (tally: Tally): Tally => ({
    ...tally,
    service: bare(tally.service),
    response: tally.response && bare(tally.response),
    lag: tally.lag && bare(tally.lag),
    metrics: tally.metrics.map((value) =>
      value.durations === undefined ? value : { ...value, durations: bare(value.durations) },
    ),
  });
  return {
    ...snapshot,
    jobs: snapshot.jobs.map((job) => ({
      ...job,
      measured: bareTally(job.measured),
      warmUp: job.warmUp && bareTally(job.warmUp),
      phases: job.phases.map(({ name, inside }) => ({ name, inside: bareTally(inside) })),
    })),
  };
}

/** Number of requests with an outcome: `requests_total`. */
export function requestsOf(tally: Tally): number {
  return tally.ok + tally.miss + errorsOf(tally);
}

/** Number of failed requests: `requests_error`. */
export function errorsOf(tally: Tally): number {
  return ERROR_CLASSES.reduce((total, errorClass) => total + tally.errors[errorClass], 0);
}

/** Number of requests in flight. */
export function inFlightOf(tally: Tally): number {
  return tally.started - requestsOf(tally) - tally.aborted;
}

const COMPUTED: Readonly<Record<ComputedField, (tally: Tally) => number>> = {
  requests: requestsOf,
  errors: errorsOf,
  in_flight: inFlightOf,
};

/** Value of a row of the table of counts. */
export function countOf(tally: Tally, { key, field }: Count): number {
  // A row without a counter is computed.
  return key === undefined ? COMPUTED[field as ComputedField](tally) : tally[key];
}

/**
 * Percentile in seconds: the duration that `percent` (0 to 100) of all durations do not exceed, to 3 digits and at most
 * the exact maximum; `undefined` if empty.
 */
export function percentileOf(distribution: Distribution, percent: number): number | undefined {
  const seconds = distribution.latency.percentile(percent);
  return seconds === undefined ? undefined : Math.min(seconds, distribution.maxSeconds);
}

/**
 * Returns `whole` without `part`. The maximum is exact only if it is larger than the part's; otherwise it is the upper
 * end of its slot.
 */
export function subtractDistribution(whole: Distribution, part: Distribution): Distribution {
  const latency = whole.latency.minus(part.latency);
  const highestSeconds = latency.boundsOfRank(latency.total)?.high ?? 0;
  return {
    bounds: whole.bounds,
    counts: whole.counts.map((count, bucket) => count - (part.counts[bucket] ?? 0)),
    sumSeconds: Math.max(0, whole.sumSeconds - part.sumSeconds),
    maxSeconds: part.maxSeconds < whole.maxSeconds ? whole.maxSeconds : Math.min(whole.maxSeconds, highestSeconds),
    latency,
  };
}
