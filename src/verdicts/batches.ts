import type { Distribution } from '../recorder/snapshot.ts';
import { pairUp } from './neighbours.ts';

/** What a job did in one part of its time. */
export interface Batch {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: Distribution['latency'];
}

const MAX_BATCHES = 128;

/**
 * A job's time in parts of about the same length, never more than 128: where there would be more, neighbours become one.
 * Their histograms are whole, so nothing is lost but the order within a part.
 */
export class Batches {
  #batches: Batch[] = [];
  /** Intervals in a batch, and in the last one. */
  #size = 1;
  #inLast = 1;

  add(interval: Batch): void {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#inLast < this.#size) {
      this.#batches[this.#batches.length - 1] = addBatches(last, interval);
      this.#inLast++;
      return;
    }
    if (this.#batches.length === MAX_BATCHES) {
      this.#batches = pairUp(this.#batches, addBatches);
      this.#size *= 2;
    }
    this.#batches.push(interval);
    this.#inLast = 1;
  }

  /** In the order of time. */
  get all(): readonly Batch[] {
    return this.#batches;
  }
}

/** What of a batch is not in a part of it. */
export function subtractBatches(batch: Batch, part: Batch | undefined): Batch {
  if (part === undefined) return batch;
  return {
    seconds: batch.seconds,
    requests: batch.requests - part.requests,
    errors: batch.errors - part.errors,
    latency: batch.latency.minus(part.latency),
  };
}

function addBatches(a: Batch, b: Batch): Batch {
  return {
    seconds: a.seconds + b.seconds,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: a.latency.plus(b.latency),
  };
}
