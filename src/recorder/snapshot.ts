import { ERROR_CLASSES, type ErrorClass, FAILURE_DETAILS, type FailureDetail } from '../core/outcome.ts';
import type { RequestType } from '../core/job-type.ts';
import { type LatencyCounts, NO_LATENCIES } from './latency-counts.ts';
import { addStatuses, type StatusCounts } from '../core/status-counts.ts';

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
  /** The newest request of each bucket, beside `counts`; only of jobs whose requests carry trace ids, never of lags. */
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

/** One request of those that a bucket counts. Read while it is written, it may mix two requests of that bucket. */
export interface Exemplar {
  /** Number of its ticket in the job. */
  readonly sequence: number;
  readonly seconds: number;
  /** When it was done, in milliseconds since the epoch. */
  readonly epochMs: number;
}

/** Upper bounds, in bytes, of the buckets that responses are counted in by size; one more bucket holds larger ones. */
export const SIZE_BOUNDS: readonly number[] = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** Everything counted about one job's requests. `requests_total` is `ok + miss` and the sum of `errors`. */
export interface Tally {
  readonly started: number;
  readonly ok: number;
  readonly miss: number;
  readonly errors: Readonly<Record<ErrorClass, number>>;
  /** Of the errors, those that a database told more exactly; only what occurred. */
  readonly details: Readonly<Partial<Record<FailureDetail, number>>>;
  /** Responses received, by status code; `undefined` for targets that have none. An update that reads first has two. */
  readonly statuses: StatusCounts | undefined;
  /** Cut off by us when the job stopped; in none of the three above. */
  readonly aborted: number;
  /** Tickets that were due but never started. */
  readonly skipped: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Requests with a response, by its bytes on the wire: one count for each bucket of `SIZE_BOUNDS`, and the last for larger ones. */
  readonly sizes: readonly number[];
  /** Sent to done, of every request that got its outcome. */
  readonly service: Distribution;
  /** Intended start to done; only for paced jobs. */
  readonly response: Distribution | undefined;
  /** Intended start to actual start; only for paced jobs. */
  readonly lag: Distribution | undefined;
}

/** What a job met while the system under test was in a phase. Phases may overlap. */
interface PhaseSnapshot {
  readonly name: string;
  /** Outcomes and durations of requests that were sent while it was in force; of the measured ones. Nothing else is kept. */
  readonly inside: Tally;
}

export type JobStatus = 'pending' | 'warm_up' | 'in_progress' | 'completed' | 'failed' | 'canceled';

/** One job at one instant. */
export interface JobSnapshot {
  readonly name: string;
  readonly uuid: string;
  readonly type: RequestType;
  readonly status: JobStatus;
  /** Whether its turn has come: its sessions are being opened, or were. */
  readonly opened: boolean;
  /** Milliseconds from the start of its load, warm-up included, to its end; `undefined` before that, or without a load. */
  readonly ranMs: number | undefined;
  /** When it ended, in milliseconds since the epoch. */
  readonly endedEpochMs: number | undefined;
  /** Milliseconds of load after the warm-up, so far; what rates are divided by. */
  readonly elapsedMs: number;
  /** Requests per second that its schedule calls for at this moment, 0 while it warms up or does not run; absent: it has no schedule. */
  readonly askedRate?: number | undefined;
  /** Status codes that the job names as ok; absent: its responses are not counted by status code. */
  readonly expectedStatuses?: readonly string[] | undefined;
  /** The job's limits, for progress: `Infinity` without one. */
  readonly durationMs: number;
  readonly operations: number;
  readonly measured: Tally;
  /** Requests started during the warm-up; `undefined` when the job has none. */
  readonly warmUp: Tally | undefined;
  /** One for each phase of the system under test that the run tells apart. */
  readonly phases: readonly PhaseSnapshot[];
}

/** Tells the jobs of a run apart: a mixed job has one uuid, and a snapshot for each type that it sends. */
export function jobKey({ uuid, type }: Pick<JobSnapshot, 'uuid' | 'type'>): string {
  return `${uuid}/${type}`;
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
  /**
   * Milliseconds since the epoch of the instant described. The clock on the wall is read once a run, when it is opened: from
   * then on time is what the monotonic one counts, so that what is between two snapshots is right when the other is set.
   */
  readonly epochMs: number;
  readonly agent: string;
  readonly runId: string;
  readonly workload: string;
  /** When the run was declared over, by the monotonic clock; `undefined`: it goes on. */
  readonly endedMs: number | undefined;
  readonly jobs: readonly JobSnapshot[];
}

/** The same without the latencies, which take the most room and only percentiles need. */
export function countsOf(snapshot: Snapshot): Snapshot {
  const bare = (distribution: Distribution): Distribution => ({ ...distribution, latency: NO_LATENCIES });
  const bareTally = (tally: Tally): Tally => ({
    ...tally,
    service: bare(tally.service),
    response: tally.response && bare(tally.response),
    lag: tally.lag && bare(tally.lag),
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
    details: detailCounts((index) => detailOf(a, index) + detailOf(b, index)),
    statuses: addStatuses(a.statuses, b.statuses),
    aborted: a.aborted + b.aborted,
    skipped: a.skipped + b.skipped,
    sentBytes: a.sentBytes + b.sentBytes,
    receivedBytes: a.receivedBytes + b.receivedBytes,
    sizes: Object.freeze(a.sizes.map((count, bucket) => count + (b.sizes[bucket] ?? 0))),
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
    ...(a.exemplars && b.exemplars ? { exemplars: newerExemplars(a.exemplars, b.exemplars) } : {}),
  });
}

function newerExemplars(
  a: readonly (Exemplar | undefined)[],
  b: readonly (Exemplar | undefined)[],
): readonly (Exemplar | undefined)[] {
  return a.map((one, index) => {
    const other = b[index];
    return other !== undefined && (one === undefined || other.epochMs > one.epochMs) ? other : one;
  });
}

/**
 * What is in `whole` and not in `part`, which was recorded beside it. Its largest duration is known exactly only where the
 * part's is smaller; else it is the upper end of the slot that the largest fell into.
 */
export function subtract(whole: Distribution, part: Distribution): Distribution {
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

function detailOf({ details }: Tally, index: number): number {
  return details[FAILURE_DETAILS[index]!] ?? 0; // index is inside
}

/** Counts by detail, those that occurred. */
export function detailCounts(countOf: (index: number) => number): Tally['details'] {
  return Object.freeze(
    Object.fromEntries(
      FAILURE_DETAILS.map((detail, index) => [detail, countOf(index)]).filter(([, count]) => count !== 0),
    ),
  );
}

/** Counts by error class, every class present. */
export function errorCounts(countOf: (index: number) => number): Readonly<Record<ErrorClass, number>> {
  return Object.freeze(
    Object.fromEntries(ERROR_CLASSES.map((errorClass, index) => [errorClass, countOf(index)])),
  ) as Readonly<Record<ErrorClass, number>>;
}
