import { callStep, changedVariables, copyJson } from '../functions/call-step.ts';
import type { UserFunctions } from '../functions/function-module.ts';
import type { FunctionStep, StepFunctionContext } from '../functions/function-types.ts';
import type { Json } from '../shared/json.ts';
import { isSecretParameter } from '../shared/secret-text.ts';

interface NamedValue {
  /** `key`, or `vars.key` for a variable that was set. */
  readonly name: string;
  readonly isSecret: boolean;
  readonly value: Json;
}

/** A function of a step that a trial has called. */
export interface TriedFunction {
  readonly job: string;
  readonly step: string;
  /** Name of its export. */
  readonly function: string;
  readonly returned: readonly NamedValue[];
  readonly set: readonly NamedValue[];
}

/** Functions whose steps are observed. A call that fails is not: the engine reports it. */
export function observeFunctions(functions: UserFunctions, onCall: (tried: TriedFunction) => void): UserFunctions {
  const observed = [...functions.steps].map(([name, call]) => [name, observeStep(name, call, onCall)] as const);
  return { ...functions, steps: new Map(observed) };
}

function observeStep(name: string, call: FunctionStep, onCall: (tried: TriedFunction) => void): FunctionStep {
  return (context) => {
    const before = { ...context.vars };
    const returned = call(context);
    const tried = triedFunction(name, returned, before, context);
    if (tried !== undefined) onCall(tried);
    return returned;
  };
}

function triedFunction(
  name: string,
  returned: ReturnType<FunctionStep>,
  before: StepFunctionContext['vars'],
  context: StepFunctionContext,
): TriedFunction | undefined {
  const { job, step, vars } = context;
  try {
    return {
      job,
      step,
      function: name,
      returned: namedValues(Object.entries(callStep(() => returned, name, context))),
      set: namedValues(
        changedVariables(before, vars).map(([variable, value]) => [
          `vars.${variable}`,
          copyJson(value, name, variable),
        ]),
      ),
    };
  } catch {
    return undefined; // the engine says what is wrong with the values
  }
}

function namedValues(values: readonly (readonly [string, Json])[]): readonly NamedValue[] {
  return values.map(([name, value]) => ({ name, isSecret: isSecretParameter(name.replace(/^vars\./, '')), value }));
}
