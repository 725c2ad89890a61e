import type { Operation, ResponseNeeds } from '../drivers/driver.ts';
import { createRequestChange } from '../functions/change-request.ts';
import { createResponseFunction, type ResponseFunction } from '../functions/check-response.ts';
import { FunctionContexts } from '../functions/function-context.ts';
import type { UserFunctions } from '../functions/function-module.ts';
import type { RequestJobPlan } from '../plan/plan.ts';

/** Bodies that a function reads are kept up to this size, unless the operation has another limit. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The functions of a workload for one job on one thread. */
export interface JobFunctions {
  /** Operations of the driver, whose requests the functions change. */
  readonly operations: readonly Operation[];
  /** Check of the responses; `undefined`: the workload has none. */
  readonly checkResponse: ResponseFunction | undefined;
}

/** @param functions of the workload; `undefined`: the operations stay as they are */
export function withFunctions(
  job: RequestJobPlan,
  operations: readonly Operation[],
  functions: UserFunctions | undefined,
  seed: number,
): JobFunctions {
  if (functions === undefined) return { operations, checkResponse: undefined };
  const { before_request: before, after_response: after } = functions;
  const contexts = new FunctionContexts('before_request', job, seed);
  const readsBody = job.functions?.readsBody === true;
  const plans = [...job.mix, ...job.userOperations];
  return {
    operations: operations.map((operation, index) => ({
      ...operation,
      ...(before && { change: createRequestChange(before, contexts, plans[index]?.step ?? '') }),
      ...(after && { needs: needsOf(operation.needs, readsBody) }),
    })),
    checkResponse:
      after && createResponseFunction(after, new FunctionContexts('after_response', job, seed), job.metrics),
  };
}

function needsOf(needs: ResponseNeeds | undefined, readsBody: boolean): ResponseNeeds {
  const { body = false, maxBytes = MAX_BODY_BYTES } = needs ?? {};
  return { headers: true, body: body || readsBody, maxBytes };
}
