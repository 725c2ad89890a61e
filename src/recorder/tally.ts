import { FIRST_ERROR, OTHER_STATUS, type StatusCounts } from '../shared/outcome.ts';
import { COUNTERS, mapCounters } from './counters.ts';
import { LatencyCounts, EMPTY_LATENCIES } from './latency-counts.ts';
import { SLOTS } from './latency-index.ts';
import {
  AT_MS,
  BUCKETS,
  DETAILS,
  EXEMPLAR_LENGTH,
  MAX_MS,
  MAX_STATUS,
  MIN_STATUS,
  OUTCOMES,
  SEQUENCE,
  SIZES,
  SLOT_OF,
  SUM_MS,
  type TallyLayout,
  VALUE_MS,
} from './layout.ts';
import { detailCounts, errorCounts } from './outcome-counts.ts';
import { SIZE_BOUNDS, type Distribution, type Exemplar, type Tally } from './snapshot.ts';

const OUTCOME_COUNTERS = COUNTERS.filter(({ outcome }) => outcome !== undefined);
const OTHER_COUNTERS = COUNTERS.filter(({ outcome }) => outcome === undefined);

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
    errors: errorCounts((index) => sum(OUTCOMES + FIRST_ERROR + index)),
    details: detailCounts((index) => sum(DETAILS + index)),
    statuses: layout.withStatuses ? readStatuses(threads, layout) : undefined,
  };
  return Object.freeze({
    ...settled,
    ...mapCounters(OTHER_COUNTERS, ({ key }) => sum(SLOT_OF[key])),
    sizes: Object.freeze(Array.from({ length: SIZE_BOUNDS.length + 1 }, (_, bucket) => sum(SIZES + bucket))),
    service: distribution(layout.service, layout.serviceExemplars),
    response: layout.paced ? distribution(layout.response, layout.responseExemplars) : undefined,
    lag: layout.paced ? distribution(layout.lag) : undefined,
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
