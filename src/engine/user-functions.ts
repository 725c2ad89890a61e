import type { Operation, ResponseNeeds } from '../drivers/driver.ts';
import { createRequestChange } from '../functions/change-request.ts';
import { checkByFunction } from '../functions/check-response.ts';
import { FunctionContexts, type FunctionUser } from '../functions/function-context.ts';
import type { UserFunctions } from '../functions/function-module.ts';
import type { AfterResponse } from '../functions/function-types.ts';
import { AFTER_RESPONSE } from '../plan/functions-plan.ts';
import type { OperationPlan, RequestJobPlan } from '../plan/plan.ts';
import type { ResponseFunction } from './response-checks.ts';

/** Bodies that a function reads are kept up to this size, unless the operation has another limit. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The functions of a workload for one job on one thread. */
export interface JobFunctions {
  /** Operations of the driver, whose requests the functions change. */
  readonly operations: readonly Operation[];
  /** Check of the responses; `undefined`: the workload has none. */
  readonly checkResponse: ResponseFunction | undefined;
}

/** Returns the user of a request by its number. */
type FindUser = (sequence: number) => FunctionUser | undefined;

const NO_USER: FindUser = () => undefined;

/**
 * @param functions of the workload; `undefined`: the operations stay as they are
 * @param userOf users of an operation's requests; `undefined`: the job is not a scenario
 */
export function withFunctions(
  job: RequestJobPlan,
  operations: readonly Operation[],
  functions: UserFunctions | undefined,
  seed: number,
  userOf: ((operation: number) => FindUser) | undefined,
): JobFunctions {
  if (functions === undefined) return { operations, checkResponse: undefined };
  const { before_request: before, after_response: after } = functions;
  const contexts = new FunctionContexts('before_request', job, seed);
  const readsBody = job.functions?.readsBody === true;
  const plans = [...job.mix, ...job.userOperations];
  const findUsers = plans.map((_, index) => userOf?.(index) ?? NO_USER);
  return {
    operations: operations.map((operation, index) => ({
      ...operation,
      ...(before && {
        change: createRequestChange(before, contexts, plans[index]?.step ?? '', findUsers[index] ?? NO_USER),
      }),
      // The parts of a transaction are not requests of the workload.
      ...(after && operation.transaction === undefined && { needs: needsOf(operation.needs, readsBody) }),
    })),
    checkResponse:
      after && createResponseFunction(after, new FunctionContexts(AFTER_RESPONSE, job, seed), plans, findUsers),
  };
}

function createResponseFunction(
  after: AfterResponse,
  contexts: FunctionContexts,
  plans: readonly OperationPlan[],
  findUsers: readonly FindUser[],
): ResponseFunction {
  return (response, exchange) => {
    const { operation, sequence } = exchange;
    const { step = '', transaction } = plans[operation] ?? {};
    if (transaction !== undefined) return undefined;
    return checkByFunction(after, response, contexts.of(step, sequence, findUsers[operation]?.(sequence), exchange));
  };
}

function needsOf(needs: ResponseNeeds | undefined, readsBody: boolean): ResponseNeeds {
  const { body = false, maxBytes = MAX_BODY_BYTES } = needs ?? {};
  return { headers: true, body: body || readsBody, maxBytes };
}
