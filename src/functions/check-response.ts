import { AFTER_RESPONSE } from '../plan/functions-plan.ts';
import { messageOf } from '../shared/errors.ts';
import { describeReturned } from './change-request.ts';
import type { AfterResponse, FunctionContext, SeenResponse } from './function-types.ts';

/** Calls `after_response`. Returns the reason of a failure; `undefined`: the response passes. */
export function checkByFunction(
  check: AfterResponse,
  response: SeenResponse,
  context: FunctionContext,
): string | undefined {
  try {
    const returned = check(response, context);
    if (returned === undefined || returned === true) return undefined;
    if (typeof returned === 'string') return `${AFTER_RESPONSE}: ${returned}`;
    return `${AFTER_RESPONSE} ${describeReturned(returned)}`;
  } catch (error) {
    return `${AFTER_RESPONSE}: ${messageOf(error)}`;
  }
}
