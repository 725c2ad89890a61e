import { callStep, changedVariables, copyJson } from '../../functions/call-step.ts';
import { FunctionContexts, type MetricSink } from '../../functions/function-context.ts';
import type { UserFunctions } from '../../functions/function-module.ts';
import type { RequestJobPlan } from '../../plan/plan.ts';
import type { FunctionStepPlan } from '../../plan/scenario.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { listNames } from '../../shared/text.ts';
import type { FunctionUsers } from './function-users.ts';
import type { UserState } from './user-state.ts';

/**
 * Calls the function of a step, and keeps its values.
 * @param number of the execution
 * @param within number of the iteration, or of the user for its own steps
 * @throws {Error} when the step fails
 */
export type StepCall = (number: number, within: number, state: UserState, sink: MetricSink) => void;

interface StepCallOptions {
  readonly job: RequestJobPlan;
  readonly seed: number;
  readonly functions: UserFunctions | undefined;
  readonly users: FunctionUsers;
  /** Whether the values belong to the user instead of its iteration. */
  readonly forUser: boolean;
}

/** @throws {LoadbotError} when the module does not have the function */
export function createStepCall(
  { name: step, export: name }: FunctionStepPlan,
  { job, seed, functions, users, forUser }: StepCallOptions,
): StepCall {
  const call = functions?.steps.get(name);
  if (call === undefined) throw new LoadbotError('config_invalid', `the functions do not export \`${name}\``);
  const contexts = new FunctionContexts(`step ${step}`, job, seed);
  return (number, within, state, sink) => {
    const user = users.of(state, within);
    const before = user.readVars();
    const context = contexts.ofStep(step, number, user, { ...before }, sink);
    const returned = callStep(call, name, context);
    state.functions?.keep(forUser, step, returned, copyVariables(name, before, context.vars));
  };
}

/** @throws {Error} when it has set a variable that does not exist, or a value that is not JSON */
function copyVariables(
  name: string,
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, unknown>>,
): readonly (readonly [string, Json])[] {
  return changedVariables(before, after).map(([variable, value]) => {
    if (Object.hasOwn(before, variable)) return [variable, copyJson(value, `function ${name} set`, `vars.${variable}`)];
    const known = Object.keys(before);
    const hint = known.length === 0 ? 'the job has no `variables`' : `\`variables\` has ${listNames(known)}`;
    throw new Error(`function ${name} set \`vars.${variable}\`, which does not exist: ${hint}`);
  });
}
