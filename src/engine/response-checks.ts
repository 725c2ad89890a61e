import type { FailedCheck, OperationChecks } from '../checks/operation-checks.ts';
import { ResponseView } from '../checks/response-view.ts';
import type { Exchange } from '../drivers/driver.ts';
import type { SeenResponse } from '../functions/function-types.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { failure, MISS, OK, type Outcome } from '../shared/outcome.ts';

const CHECK_FAILED = failure('check');

/** Check by a function of the workload. Returns the reason of a failure; `undefined`: the response passes. */
export type ResponseFunction = (response: SeenResponse, exchange: Exchange) => string | undefined;

interface ResponseFunctionCheck {
  readonly check: ResponseFunction;
  /** For each operation the index of the check among those of its part. */
  readonly indexes: readonly number[];
}

function callFunction(
  { check, indexes }: ResponseFunctionCheck,
  view: ResponseView,
  exchange: Exchange,
): FailedCheck | undefined {
  const response = {
    status: view.status,
    durationMs: view.serviceMs,
    header: (name: string) => view.header(name.toLowerCase()),
    text: () => view.text(),
    json: () => view.json(),
  };
  const message = check(response, exchange);
  return message === undefined ? undefined : { index: indexes[exchange.operation] ?? -1, message };
}

/** Evaluates the checks of a job's responses on one thread. */
export class ResponseChecks {
  readonly #operations: readonly (OperationChecks | undefined)[];
  /** View of the latest response. */
  readonly view = new ResponseView();

  readonly #function: ResponseFunctionCheck | undefined;

  /**
   * @param operations checks by operation; `undefined`: none
   * @param ofFunction check by a function of the workload, after the others; absent: none
   */
  constructor(operations: readonly (OperationChecks | undefined)[], ofFunction?: ResponseFunctionCheck) {
    this.#operations = operations;
    this.#function = ofFunction;
  }

  /**
   * Returns the outcome of a request after its checks. Counts the check that fails and sets `exchange.failure`. Requests
   * that failed before are not checked.
   */
  check(exchange: Exchange, outcome: Outcome, serviceMs: number, recorder: Recorder | undefined): Outcome {
    if (outcome !== OK && outcome !== MISS) return outcome;
    this.view.open(exchange.response, serviceMs);
    exchange.response = undefined;
    const failed =
      this.#operations[exchange.operation]?.firstFailed(this.view, exchange.sequence) ??
      (this.#function && callFunction(this.#function, this.view, exchange));
    if (failed === undefined) return outcome;
    recorder?.failCheck(failed.index);
    exchange.failure = new Error(failed.message);
    return CHECK_FAILED;
  }
}
