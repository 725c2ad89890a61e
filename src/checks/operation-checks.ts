import type { ExpectPlan } from '../plan/response-plan.ts';
import { drawUnit, streamKey } from '../shared/random.ts';
import { type Check, compileCheck } from './check.ts';
import type { CompileTemplate } from './comparison.ts';
import type { ResponseView } from './response-view.ts';

/** A failed check. */
export interface FailedCheck {
  /** Index among the checks of the operation's part of the job. */
  readonly index: number;
  /** Such as "no GraphQL errors: $.errors is [{...}]". */
  readonly message: string;
}

/** Checks of one operation's responses. */
export class OperationChecks {
  readonly #checks: readonly { readonly check: Check; readonly index: number }[];
  readonly #sample: number;
  readonly #keys: readonly [number, number];

  /**
   * @param names names of the checks of the operation's part of the job, in the order of its counters
   * @param seed selects the responses of a sample
   * @param compile compiles the templates that values are compared with
   * @throws {LoadbotError} for an invalid query or regular expression
   */
  constructor({ checks, sample }: ExpectPlan, names: readonly string[], seed: number, compile?: CompileTemplate) {
    this.#checks = checks.map((plan) => ({ check: compileCheck(plan, compile), index: names.indexOf(plan.name) }));
    this.#sample = sample;
    this.#keys = [streamKey(seed, 'sample', 'high'), streamKey(seed, 'sample', 'low')];
  }

  /** Returns the first check that a response fails. @param sequence data number of the request, which the sample is drawn by */
  firstFailed(response: ResponseView, sequence: number): FailedCheck | undefined {
    if (this.#sample < 1 && drawUnit(...this.#keys, sequence) >= this.#sample) return undefined;
    for (const { check, index } of this.#checks) {
      const fault = check.fault(response, sequence);
      if (fault !== undefined) return { index, message: `${check.name}: ${fault}` };
    }
    return undefined;
  }
}
