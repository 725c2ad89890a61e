import { FIRST_ERROR, OTHER_STATUS, type StatusCounts, ERROR_CLASSES, FAILURE_DETAILS } from '../shared/outcome.ts';
import { COUNTERS, mapCounters, detailCounts, errorCounts } from './counters.ts';
import { LatencyCounts, EMPTY_LATENCIES, SLOTS } from './latency-counts.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import { type MetricValue, SIZE_BOUNDS, type Distribution, type Exemplar, type Tally } from './snapshot.ts';

/**
 * Memory layout of one job's counters on one thread: 64-bit floats in shared memory, exact up to 2^53. The load thread
 * is the only writer; the main thread may read at any time. A read may miss the latest request, but is consistent:
 * totals are computed from their parts when read.
 */
const INCREMENTED = COUNTERS.filter(({ outcome }) => outcome === undefined);
/** `OUTCOMES + outcome`: ok, miss, aborted, then the error classes. */
export const OUTCOMES = INCREMENTED.length;
/** Slots of the counters. */
export const SLOT_OF = mapCounters(COUNTERS, (counter) =>
  counter.outcome === undefined ? INCREMENTED.indexOf(counter) : OUTCOMES + counter.outcome,
);
/** `DETAILS + index into FAILURE_DETAILS`. */
export const DETAILS = OUTCOMES + FIRST_ERROR + ERROR_CLASSES.length;
/** `SIZES + index of the bucket`. */
export const SIZES = DETAILS + FAILURE_DETAILS.length;
const COUNTERS_END = SIZES + SIZE_BOUNDS.length + 1;

/** Range of status codes with one slot each; all others share the next slot. */
export const MIN_STATUS = 100;
export const MAX_STATUS = 599;
const STATUS_SLOTS = MAX_STATUS - MIN_STATUS + 2;

/** Within a distribution: sum and maximum in milliseconds, then the buckets, then the latency slots. */
export const SUM_MS = 0;
export const MAX_MS = 1;
export const BUCKETS = 2;

/** Within an exemplar: ticket number, duration in milliseconds, and clock time at completion (0: no exemplar yet). */
export const SEQUENCE = 0;
export const VALUE_MS = 1;
export const AT_MS = 2;
export const EXEMPLAR_LENGTH = 3;

/** An additional metric in a tally's memory. */
export interface PlacedMetric {
  readonly metric: JobMetric;
  /** Slot of a counter, or offset of a trend's distribution. */
  readonly at: number;
}

/** Offsets within a tally's memory, for a number of bucket bounds. */
export interface TallyLayout {
  readonly bounds: readonly number[];
  readonly paced: boolean;
  /** Whether each bucket keeps its latest request as an exemplar. */
  readonly traced: boolean;
  readonly latencyOffset: number;
  readonly service: number;
  readonly response: number;
  readonly lag: number;
  /** One exemplar per bucket, of service and of response times; only if traced. */
  readonly serviceExemplars: number;
  readonly responseExemplars: number;
  /** Whether responses are counted by status code (HTTP only). */
  readonly withStatuses: boolean;
  /** First slot of the status codes; only if counted. */
  readonly statuses: number;
  /** Names of the checks of responses; one slot each, from `failedChecks` on. */
  readonly checks: readonly string[];
  readonly failedChecks: number;
  /** Additional metrics, in the order of the job: counters directly after the checks, then trends. */
  readonly metrics: readonly PlacedMetric[];
  /** First slot after the counters. */
  readonly countersEnd: number;
  /** Total number of 64-bit slots. */
  readonly length: number;
}

/**
 * @param bounds upper bounds in seconds, without +Inf
 * @param paced whether response time and lag are recorded too
 * @param traced whether exemplars are kept
 * @param withStatuses whether responses are counted by status code
 * @param checks names of the checks whose failures are counted
 * @param metrics additional metrics, in the order of the job
 */
export function tallyLayout(
  bounds: readonly number[],
  paced: boolean,
  traced = false,
  withStatuses = false,
  checks: readonly string[] = [],
  metrics: readonly JobMetric[] = [],
): TallyLayout {
  const latencyOffset = BUCKETS + bounds.length + 1;
  const distribution = latencyOffset + SLOTS;
  const distributionsEnd = COUNTERS_END + (paced ? 3 : 1) * distribution;
  const exemplars = (bounds.length + 1) * EXEMPLAR_LENGTH;
  const exemplarsEnd = distributionsEnd + (traced ? (paced ? 2 : 1) * exemplars : 0);
  const statusesEnd = exemplarsEnd + (withStatuses ? STATUS_SLOTS : 0);
  const checksEnd = statusesEnd + checks.length;
  const counters = metrics.filter(({ type }) => type === 'counter');
  const trends = metrics.filter(({ type }) => type === 'trend');
  const countersEnd = checksEnd + counters.length;
  const placeOf = (metric: JobMetric): number =>
    metric.type === 'counter'
      ? checksEnd + counters.indexOf(metric)
      : countersEnd + trends.indexOf(metric) * distribution;
  return {
    bounds,
    paced,
    traced,
    latencyOffset,
    service: COUNTERS_END,
    response: COUNTERS_END + distribution,
    lag: COUNTERS_END + 2 * distribution,
    serviceExemplars: distributionsEnd,
    responseExemplars: distributionsEnd + exemplars,
    withStatuses,
    statuses: exemplarsEnd,
    checks,
    failedChecks: statusesEnd,
    metrics: metrics.map((metric) => ({ metric, at: placeOf(metric) })),
    countersEnd,
    length: countersEnd + trends.length * distribution,
  };
}

/** Allocates zeroed shared memory for one tally on one thread. */
export function allocateTally(layout: TallyLayout): SharedArrayBuffer {
  return new SharedArrayBuffer(layout.length * Float64Array.BYTES_PER_ELEMENT);
}

const OUTCOME_COUNTERS = COUNTERS.filter(({ outcome }) => outcome !== undefined);

/** Whether the fine-grained histograms are read too: 23,000 slots each, needed for percentiles only. */
export type SnapshotDetail = 'counts' | 'latencies';

/** A layout, with a shared empty tally: runs may have thousands of pending jobs. */
export interface TallyShape {
  readonly layout: TallyLayout;
  readonly blank: Tally;
}

export function tallyShape(layout: TallyLayout): TallyShape {
  return { layout, blank: readTally([], layout) };
}

/**
 * Sums one job's live memories, one for each thread; all numbers are 0 without memory.
 * @param originEpochMs epoch milliseconds at 0 of the clock, for the time of exemplars
 */
export function readTally(
  memories: readonly SharedArrayBuffer[],
  layout: TallyLayout,
  detail: SnapshotDetail = 'latencies',
  originEpochMs = 0,
): Tally {
  const threads = memories.map((memory) => new Float64Array(memory));
  const sum = (at: number): number => threads.reduce((total, slots) => total + slots[at]!, 0); // layout offsets
  const distribution = (at: number, exemplarsAt?: number): Distribution => {
    const read = readDistribution(threads, layout, at, detail);
    if (!layout.traced || exemplarsAt === undefined) return read;
    return Object.freeze({ ...read, exemplars: readExemplars(threads, layout, exemplarsAt, originEpochMs) });
  };
  // Outcomes are read before `started`; in reverse order, a request that finishes in between would be done but not
  // started.
  const settled = {
    ...mapCounters(OUTCOME_COUNTERS, ({ key }) => sum(SLOT_OF[key])),
    errors: errorCounts((_, index) => sum(OUTCOMES + FIRST_ERROR + index)),
    details: detailCounts((_, index) => sum(DETAILS + index)),
    checks: Object.freeze(
      Object.fromEntries(
        layout.checks
          .map((name, n) => [name, sum(layout.failedChecks + n)] as const)
          .filter(([, count]) => count !== 0),
      ),
    ),
    statuses: layout.withStatuses ? readStatuses(threads, layout) : undefined,
  };
  return Object.freeze({
    ...settled,
    ...mapCounters(INCREMENTED, ({ key }) => sum(SLOT_OF[key])),
    sizes: Object.freeze(Array.from({ length: SIZE_BOUNDS.length + 1 }, (_, bucket) => sum(SIZES + bucket))),
    service: distribution(layout.service, layout.serviceExemplars),
    response: layout.paced ? distribution(layout.response, layout.responseExemplars) : undefined,
    lag: layout.paced ? distribution(layout.lag) : undefined,
    metrics: Object.freeze(
      layout.metrics.map(({ metric, at }): MetricValue =>
        metric.type === 'counter' ? { metric, total: sum(at) } : { metric, durations: distribution(at) },
      ),
    ),
  });
}

/** Responses by status code, ascending, without zeros; `other` is last. */
function readStatuses(threads: readonly Float64Array[], { statuses }: TallyLayout): StatusCounts {
  const counts: Record<string, number> = {};
  for (let status = MIN_STATUS; status <= MAX_STATUS + 1; status++) {
    let count = 0;
    for (const slots of threads) count += slots[statuses + status - MIN_STATUS]!; // inside the layout
    if (count > 0) counts[status > MAX_STATUS ? OTHER_STATUS : status] = count;
  }
  return Object.freeze(counts);
}

function readDistribution(
  threads: readonly Float64Array[],
  layout: TallyLayout,
  at: number,
  detail: SnapshotDetail,
): Distribution {
  // layout offset
  const sum = (offset: number): number => threads.reduce((total, slots) => total + slots[at + offset]!, 0);
  const buckets = Array.from({ length: layout.bounds.length + 1 }, (_, bucket) => sum(BUCKETS + bucket));
  const latencyAt = at + layout.latencyOffset;
  // Read before the latencies: a longer duration recorded in the meantime is left for the next read.
  const maxSeconds = Math.max(0, ...threads.map((slots) => slots[at + MAX_MS]!)) / 1000; // layout offset
  return Object.freeze({
    bounds: layout.bounds,
    counts: Object.freeze(buckets),
    sumSeconds: sum(SUM_MS) / 1000,
    maxSeconds,
    latency:
      threads.length === 0 || detail === 'counts'
        ? EMPTY_LATENCIES
        : LatencyCounts.sumOf(
            threads.map((slots) => slots.subarray(latencyAt, latencyAt + SLOTS)),
            maxSeconds,
          ),
  });
}

/** Latest exemplar of each bucket, over all threads. */
function readExemplars(
  threads: readonly Float64Array[],
  { bounds }: TallyLayout,
  exemplarsAt: number,
  originEpochMs: number,
): readonly (Exemplar | undefined)[] {
  const newest = Array.from({ length: bounds.length + 1 }, (_, bucket) => {
    const at = exemplarsAt + bucket * EXEMPLAR_LENGTH;
    const [slots] = threads.toSorted((a, b) => b[at + AT_MS]! - a[at + AT_MS]!); // layout offsets
    if (slots === undefined || slots[at + AT_MS] === 0) return undefined;
    const exemplar = {
      sequence: slots[at + SEQUENCE]!, // layout offsets
      seconds: slots[at + VALUE_MS]! / 1000,
      epochMs: originEpochMs + slots[at + AT_MS]!,
    };
    return Object.freeze(exemplar);
  });
  return Object.freeze(newest);
}
