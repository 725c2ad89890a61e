import { AFTER_RESPONSE } from '../plan/functions-plan.ts';
import { toMetricValue } from '../checks/metric-value.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import { messageOf } from '../shared/errors.ts';
import { describeReturned } from './change-request.ts';
import type { FunctionContexts } from './function-context.ts';
import type { SeenResponse, UserFunctions } from './function-module.ts';

/** Checks a response. Returns the reason of a failure; `undefined`: it passes. */
export type ResponseFunction = (
  response: SeenResponse,
  step: string,
  sequence: number,
  record: RecordMetric,
) => string | undefined;

/** Records a value of a metric of the job, by its index. */
type RecordMetric = (metric: number, value: number) => void;

/** Creates the call of `after_response`: it fails by an exception, by text, and by false. */
export function createResponseFunction(
  check: NonNullable<UserFunctions['after_response']>,
  contexts: FunctionContexts,
  metrics: readonly JobMetric[],
): ResponseFunction {
  return (response, step, sequence, record) => {
    const metric = (name: string, value: number): void => {
      const declared = metrics.find((one) => one.name === name);
      if (declared === undefined) throw new Error(`metric ${name} is not declared in \`custom_metrics\``);
      record(declared.index, toMetricValue(declared, value));
    };
    try {
      const returned = check(response, { ...contexts.of(step, sequence), metric });
      if (returned === undefined || returned === true) return undefined;
      if (typeof returned === 'string') return `${AFTER_RESPONSE}: ${returned}`;
      return `${AFTER_RESPONSE} ${describeReturned(returned)}`;
    } catch (error) {
      return `${AFTER_RESPONSE}: ${messageOf(error)}`;
    }
  };
}
