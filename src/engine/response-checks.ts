import type { OperationChecks } from '../checks/operation-checks.ts';
import { ResponseView } from '../checks/response-view.ts';
import type { Exchange } from '../drivers/driver.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { failure, MISS, OK, type Outcome } from '../shared/outcome.ts';

const CHECK_FAILED = failure('check');

/** Evaluates the checks of a job's responses on one thread. */
export class ResponseChecks {
  readonly #operations: readonly (OperationChecks | undefined)[];
  /** View of the latest response. */
  readonly view = new ResponseView();

  /** @param operations checks by operation; `undefined`: none */
  constructor(operations: readonly (OperationChecks | undefined)[]) {
    this.#operations = operations;
  }

  /**
   * Returns the outcome of a request after its checks. Counts the check that fails and sets `exchange.failure`. Requests
   * that failed before are not checked.
   */
  check(exchange: Exchange, outcome: Outcome, serviceMs: number, recorder: Recorder | undefined): Outcome {
    if (outcome !== OK && outcome !== MISS) return outcome;
    this.view.open(exchange.response, serviceMs);
    exchange.response = undefined;
    const failed = this.#operations[exchange.operation]?.firstFailed(this.view, exchange.sequence);
    if (failed === undefined) return outcome;
    recorder?.failCheck(failed.index);
    exchange.failure = new Error(failed.message);
    return CHECK_FAILED;
  }
}
