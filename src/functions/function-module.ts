import { LoadbotError, messageOf } from '../shared/errors.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { FunctionsPlan } from '../plan/functions-plan.ts';
import type { AfterResponse, BeforeRequest, FunctionStep } from './function-types.ts';

/** The functions of a workload. */
export interface UserFunctions {
  readonly before_request: BeforeRequest | undefined;
  readonly after_response: AfterResponse | undefined;
  /** Functions of steps, by the names of their exports. */
  readonly steps: ReadonlyMap<string, FunctionStep>;
}

/** Exports that are called for each request or response. */
export const HOOKS = ['before_request', 'after_response'] as const;
const SWITCH = 'reads_body';

/**
 * Imports the functions of a workload and checks them.
 * @param name of the module in messages
 * @throws {LoadbotError} `config_invalid`: the module cannot be loaded, or has other exports
 */
export async function importFunctions(
  url: string,
  name: string,
): Promise<UserFunctions & { readonly plan: FunctionsPlan }> {
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = (await import(url)) as typeof loaded;
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot load the functions ${name}: ${messageOf(cause)}`, { cause });
  }
  const faults = faultsOf(loaded);
  if (faults.length > 0) {
    const hint = `exports are ${HOOKS.join(', ')}, functions of steps, and ${SWITCH}: see docs/functions.md`;
    throw new LoadbotError('config_invalid', `the functions ${name} are invalid: ${faults.join('; ')}`, { hint });
  }
  const functions = new Map(
    Object.entries(loaded).filter((entry): entry is [string, FunctionStep] => typeof entry[1] === 'function'),
  );
  const { before_request, after_response } = Object.fromEntries(functions) as Partial<UserFunctions>; // all are functions
  for (const hook of HOOKS) functions.delete(hook);
  return {
    before_request,
    after_response,
    steps: functions,
    plan: {
      url,
      name,
      hasBeforeRequest: before_request !== undefined,
      hasAfterResponse: after_response !== undefined,
      readsBody: loaded[SWITCH] === true,
    },
  };
}

/** Imports the functions of a plan into this thread; `undefined`: it has none. */
export async function importFunctionsOf({ jobs }: Pick<Plan, 'jobs'>): Promise<UserFunctions | undefined> {
  const functions = jobs.find(sendsRequests)?.functions;
  return functions && importFunctions(functions.url, functions.name);
}

function faultsOf(loaded: Readonly<Record<string, unknown>>): readonly string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(loaded)) {
    if (name === SWITCH) {
      if (typeof value !== 'boolean') faults.push(`\`${SWITCH}\` must be true or false`);
    } else if (typeof value !== 'function') faults.push(`\`${name}\` must be a function`);
  }
  if (Object.keys(loaded).every((name) => name === SWITCH)) faults.push('it exports no function');
  return faults;
}
