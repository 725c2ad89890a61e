import { ABORTED, FIRST_ERROR, MISS, OK } from '../core/outcome.ts';
import { LatencyCounts } from './latency-counts.ts';
import { SLOTS } from './latency-index.ts';
import {
  BUCKETS,
  MAX_MS,
  OUTCOMES,
  RECEIVED_BYTES,
  SENT_BYTES,
  SKIPPED,
  STARTED,
  SUM_MS,
  type TallyLayout,
} from './layout.ts';
import { type Distribution, errorCounts, type Tally } from './snapshot.ts';

/** Whether the fine-grained histograms are read too: 23,000 slots each, which only percentiles need. */
export type Detail = 'counts' | 'latencies';

/** The sum of one job's live memories, one for each thread; with none, every number is 0. */
export function readTally(
  memories: readonly SharedArrayBuffer[],
  layout: TallyLayout,
  detail: Detail = 'latencies',
): Tally {
  const threads = memories.map((memory) => new Float64Array(memory));
  const sum = (at: number): number => threads.reduce((total, slots) => total + slots[at]!, 0); // layout offsets
  const outcome = (code: number): number => sum(OUTCOMES + code);
  const distribution = (at: number): Distribution => readDistribution(threads, layout, at, detail);
  // Outcomes before `started`: read the other way round, a request finished in between would be done but not started.
  const settled = {
    ok: outcome(OK),
    miss: outcome(MISS),
    aborted: outcome(ABORTED),
    errors: errorCounts((index) => outcome(FIRST_ERROR + index)),
  };
  return Object.freeze({
    ...settled,
    started: sum(STARTED),
    skipped: sum(SKIPPED),
    sentBytes: sum(SENT_BYTES),
    receivedBytes: sum(RECEIVED_BYTES),
    service: distribution(layout.service),
    response: layout.paced ? distribution(layout.response) : undefined,
    lag: layout.paced ? distribution(layout.lag) : undefined,
  });
}

function readDistribution(
  threads: readonly Float64Array[],
  layout: TallyLayout,
  at: number,
  detail: Detail,
): Distribution {
  const sum = (offset: number): number => threads.reduce((total, slots) => total + slots[at + offset]!, 0); // layout
  const buckets = Array.from({ length: layout.bounds.length + 1 }, (_, bucket) => sum(BUCKETS + bucket));
  const latencyAt = at + layout.latencyOffset;
  return Object.freeze({
    bounds: layout.bounds,
    counts: Object.freeze(buckets),
    sumSeconds: sum(SUM_MS) / 1000,
    maxSeconds: Math.max(0, ...threads.map((slots) => slots[at + MAX_MS]!)) / 1000, // layout offset
    latency:
      threads.length === 0 || detail === 'counts'
        ? LatencyCounts.empty
        : LatencyCounts.sumOf(threads.map((slots) => slots.subarray(latencyAt, latencyAt + SLOTS))),
  });
}
