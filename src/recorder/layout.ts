import { ERROR_CLASSES, FAILURE_DETAILS } from '../shared/outcome.ts';
import { COUNTERS, mapCounters } from './counters.ts';
import { SLOTS } from './latency-index.ts';
import { SIZE_BOUNDS } from './snapshot.ts';

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
export const DETAILS = OUTCOMES + 3 + ERROR_CLASSES.length;
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
  /** Total number of 64-bit slots. */
  readonly length: number;
}

/**
 * @param bounds upper bounds in seconds, without +Inf
 * @param paced whether response time and lag are recorded too
 * @param traced whether exemplars are kept
 * @param withStatuses whether responses are counted by status code
 */
export function tallyLayout(
  bounds: readonly number[],
  paced: boolean,
  traced = false,
  withStatuses = false,
): TallyLayout {
  const latencyOffset = BUCKETS + bounds.length + 1;
  const distribution = latencyOffset + SLOTS;
  const distributionsEnd = COUNTERS_END + (paced ? 3 : 1) * distribution;
  const exemplars = (bounds.length + 1) * EXEMPLAR_LENGTH;
  const exemplarsEnd = distributionsEnd + (traced ? (paced ? 2 : 1) * exemplars : 0);
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
    length: exemplarsEnd + (withStatuses ? STATUS_SLOTS : 0),
  };
}

/** Allocates zeroed shared memory for one tally on one thread. */
export function allocateTally(layout: TallyLayout): SharedArrayBuffer {
  return new SharedArrayBuffer(layout.length * Float64Array.BYTES_PER_ELEMENT);
}
