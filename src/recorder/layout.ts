import { ERROR_CLASSES, FAILURE_DETAILS } from '../core/outcome.ts';
import { SLOTS } from './latency-index.ts';
import { SIZE_BOUNDS } from './snapshot.ts';

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
/** `DETAILS + index into FAILURE_DETAILS`. */
export const DETAILS = OUTCOMES + 3 + ERROR_CLASSES.length;
/** `SIZES + index of the bucket`. */
export const SIZES = DETAILS + FAILURE_DETAILS.length;
const COUNTERS = SIZES + SIZE_BOUNDS.length + 1;

/** Status codes that have a slot each, from the lowest to the highest; all others share the slot behind them. */
export const MIN_STATUS = 100;
export const MAX_STATUS = 599;
const STATUS_SLOTS = MAX_STATUS - MIN_STATUS + 2;

/** Within a distribution: the sum and the largest, in milliseconds, then the buckets, then the latency slots. */
export const SUM_MS = 0;
export const MAX_MS = 1;
export const BUCKETS = 2;

/** Within an exemplar: the ticket's number, the duration in milliseconds, and the clock's time when it was done; 0: none yet. */
export const SEQUENCE = 0;
export const VALUE_MS = 1;
export const AT_MS = 2;
export const EXEMPLAR_LENGTH = 3;

/** Where everything stands in a tally's memory, for a given number of bucket bounds. */
export interface TallyLayout {
  readonly bounds: readonly number[];
  readonly paced: boolean;
  /** Whether each bucket keeps its newest request as an exemplar. */
  readonly traced: boolean;
  readonly latencyOffset: number;
  readonly service: number;
  readonly response: number;
  readonly lag: number;
  /** One exemplar a bucket, of service and of response times; only when traced. */
  readonly serviceExemplars: number;
  readonly responseExemplars: number;
  /** Whether responses are counted by status code, which only HTTP has. */
  readonly withStatuses: boolean;
  /** First of the slots by status code; only with them. */
  readonly statuses: number;
  /** Number of 64-bit slots in all. */
  readonly length: number;
}

/**
 * @param bounds upper bounds in seconds, without +Inf  @param paced whether response time and lag are kept too
 * @param traced whether exemplars are kept  @param withStatuses whether responses are counted by status code
 */
export function tallyLayout(
  bounds: readonly number[],
  paced: boolean,
  traced = false,
  withStatuses = false,
): TallyLayout {
  const latencyOffset = BUCKETS + bounds.length + 1;
  const distribution = latencyOffset + SLOTS;
  const distributionsEnd = COUNTERS + (paced ? 3 : 1) * distribution;
  const exemplars = (bounds.length + 1) * EXEMPLAR_LENGTH;
  const exemplarsEnd = distributionsEnd + (traced ? (paced ? 2 : 1) * exemplars : 0);
  return {
    bounds,
    paced,
    traced,
    latencyOffset,
    service: COUNTERS,
    response: COUNTERS + distribution,
    lag: COUNTERS + 2 * distribution,
    serviceExemplars: distributionsEnd,
    responseExemplars: distributionsEnd + exemplars,
    withStatuses,
    statuses: exemplarsEnd,
    length: exemplarsEnd + (withStatuses ? STATUS_SLOTS : 0),
  };
}

/** Shared memory for one tally on one thread, all 0. */
export function allocateTally(layout: TallyLayout): SharedArrayBuffer {
  return new SharedArrayBuffer(layout.length * Float64Array.BYTES_PER_ELEMENT);
}
