import { toMetricValue } from '../checks/metric-value.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import type { Json } from '../shared/json.ts';
import { drawUnit, streamKey } from '../shared/random.ts';
import type { FunctionContext, FunctionVariables, StepFunctionContext } from './function-types.ts';

/** The virtual user of a call. */
export interface FunctionUser {
  readonly number: number;
  /** Number of its iteration; `undefined`: the call belongs to a step of the user itself. */
  readonly iteration: number | undefined;
  /** Returns its variables; values in them cannot be changed. */
  readVars(): Record<string, Json>;
  /** Returns its captured and returned values. */
  readCaptures(): Readonly<Record<string, FunctionVariables>>;
}

/** Records a value of a metric of the job, by its index. */
export interface MetricSink {
  record(metric: number, value: number): void;
}

const NO_VALUES = Object.freeze({});

/** Creates contexts of one kind of function. */
export class FunctionContexts {
  readonly #job: string;
  readonly #keys: readonly [number, number];
  readonly #metrics: readonly JobMetric[];

  /** @param kind of the function: its numbers differ from those of others */
  constructor(
    kind: string,
    job: { readonly name: string; readonly index: number; readonly metrics: readonly JobMetric[] },
    seed: number,
  ) {
    this.#job = job.name;
    this.#metrics = job.metrics;
    this.#keys = [streamKey(seed, job.index, kind, 'high'), streamKey(seed, job.index, kind, 'low')];
  }

  /** @param user whose request it is; `undefined`: the job is not a scenario */
  of(step: string, sequence: number, user: FunctionUser | undefined, sink: MetricSink): FunctionContext {
    return {
      ...this.#shared(step, sequence, sink),
      iteration: user === undefined ? sequence : user.iteration,
      user: user?.number,
      // Most functions ask for neither.
      get vars() {
        return user === undefined ? NO_VALUES : Object.freeze(user.readVars());
      },
      get captures() {
        return user?.readCaptures() ?? NO_VALUES;
      },
    };
  }

  /** Context of the function of a step. @param vars which the function may set */
  ofStep(
    step: string,
    sequence: number,
    user: FunctionUser,
    vars: Record<string, Json>,
    sink: MetricSink,
  ): StepFunctionContext {
    return {
      ...this.#shared(step, sequence, sink),
      iteration: user.iteration,
      user: user.number,
      vars,
      get captures() {
        return user.readCaptures();
      },
    };
  }

  #shared(step: string, sequence: number, sink: MetricSink) {
    const [high, low] = this.#keys;
    let calls = 0;
    return {
      job: this.#job,
      step,
      sequence,
      // The first 4,096 calls of a request have numbers of their own.
      random: (): number => drawUnit(high, low, sequence * CALLS + (calls++ % CALLS)),
      metric: (name: string, value: number): void => {
        const declared = this.#metrics.find((one) => one.name === name);
        if (declared === undefined) throw new Error(`metric ${name} is not declared in \`custom_metrics\``);
        sink.record(declared.index, toMetricValue(declared, value));
      },
    };
  }
}

const CALLS = 2 ** 12;
