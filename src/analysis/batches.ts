import type { Distribution } from '../recorder/snapshot.ts';
import { mergeAdjacent } from './downsample.ts';

/** Counts and latencies of a job in one part of its measured time. */
export interface BatchTally {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: Distribution['latency'];
}

const MAX_BATCHES = 128;

/**
 * Splits a job's time into at most 128 batches of about the same length. When there would be more, adjacent batches are
 * merged. Histograms are merged without loss; only the order within a batch is lost.
 */
export class BatchSeries {
  #batches: BatchTally[] = [];
  /** Number of intervals per full batch, and in the last batch. */
  #size = 1;
  #inLast = 1;

  add(interval: BatchTally): void {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#inLast < this.#size) {
      this.#batches[this.#batches.length - 1] = addBatches(last, interval);
      this.#inLast++;
      return;
    }
    if (this.#batches.length === MAX_BATCHES) {
      this.#batches = mergeAdjacent(this.#batches, addBatches);
      this.#size *= 2;
    }
    this.#batches.push(interval);
    this.#inLast = 1;
  }

  /** Batches in the order of time. */
  get all(): readonly BatchTally[] {
    return this.#batches;
  }
}

/** Returns the batch without the requests of `part`, which covers the same time. */
export function subtractBatches(batch: BatchTally, part: BatchTally | undefined): BatchTally {
  if (part === undefined) return batch;
  return {
    seconds: batch.seconds,
    requests: batch.requests - part.requests,
    errors: batch.errors - part.errors,
    latency: batch.latency.minus(part.latency),
  };
}

function addBatches(a: BatchTally, b: BatchTally): BatchTally {
  return {
    seconds: a.seconds + b.seconds,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: a.latency.plus(b.latency),
  };
}
