import { ERROR_CLASSES } from '../core/outcome.ts';
import { SLOTS } from './latency-index.ts';

/**
 * One job's counters on one thread: 64-bit floats in shared memory (exact up to 2^53). The load thread is their only
 * writer; the main thread reads them at any time. A read may be one request behind, never wrong: totals are made of
 * their parts when they are read.
 */
export const STARTED = 0;
export const SKIPPED = 1;
export const SENT_BYTES = 2;
export const RECEIVED_BYTES = 3;
/** `OUTCOMES + outcome`: ok, miss, aborted, then one for each error class. */
export const OUTCOMES = 4;
const COUNTERS = OUTCOMES + 3 + ERROR_CLASSES.length;

/** Within a distribution: the sum and the largest, in milliseconds, then the buckets, then the latency slots. */
export const SUM_MS = 0;
export const MAX_MS = 1;
export const BUCKETS = 2;

/** Where everything stands in a tally's memory, for a given number of bucket bounds. */
export interface TallyLayout {
  readonly bounds: readonly number[];
  readonly paced: boolean;
  readonly latencyOffset: number;
  readonly service: number;
  readonly response: number;
  readonly lag: number;
  /** Number of 64-bit slots in all. */
  readonly length: number;
}

/** @param bounds upper bounds in seconds, without +Inf  @param paced whether response time and lag are kept too */
export function tallyLayout(bounds: readonly number[], paced: boolean): TallyLayout {
  const latencyOffset = BUCKETS + bounds.length + 1;
  const distribution = latencyOffset + SLOTS;
  return {
    bounds,
    paced,
    latencyOffset,
    service: COUNTERS,
    response: COUNTERS + distribution,
    lag: COUNTERS + 2 * distribution,
    length: COUNTERS + (paced ? 3 : 1) * distribution,
  };
}

/** Shared memory for one tally on one thread, all 0. */
export function allocateTally(layout: TallyLayout): SharedArrayBuffer {
  return new SharedArrayBuffer(layout.length * Float64Array.BYTES_PER_ELEMENT);
}
