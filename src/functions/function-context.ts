import { drawUnit, streamKey } from '../shared/random.ts';

/** The request that a function is called for. */
export interface FunctionContext {
  /** Name of the job. */
  readonly job: string;
  /** Name of the operation or step; empty: none. */
  readonly step: string;
  /** Number of the request's data, from 0: the ticket, in a scenario the execution of a step. */
  readonly sequence: number;
  /** Random number from 0 (inclusive) to 1: equal for the same seed, job, request and number of calls before it. */
  random(): number;
}

/** Context of `after_response`. */
export interface ResponseFunctionContext extends FunctionContext {
  /**
   * Records a value of a metric that `custom_metrics` of the workload declares.
   * @param value of a counter a whole number of at least 0, of a trend seconds
   * @throws {Error} for another name or value
   */
  metric(name: string, value: number): void;
}

/** Creates contexts of one kind of function. */
export class FunctionContexts {
  readonly #job: string;
  readonly #keys: readonly [number, number];

  /** @param kind of the function: its numbers differ from those of others */
  constructor(kind: string, job: { readonly name: string; readonly index: number }, seed: number) {
    this.#job = job.name;
    this.#keys = [streamKey(seed, job.index, kind, 'high'), streamKey(seed, job.index, kind, 'low')];
  }

  of(step: string, sequence: number): FunctionContext {
    const [high, low] = this.#keys;
    let calls = 0;
    // The first 4,096 calls of a request have numbers of their own.
    const random = (): number => drawUnit(high, low, sequence * CALLS + (calls++ % CALLS));
    return { job: this.#job, step, sequence, random };
  }
}

const CALLS = 2 ** 12;
