import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { ChangeableRequest } from '../drivers/request-change.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { FunctionsPlan } from '../plan/functions-plan.ts';
import type { FunctionContext, ResponseFunctionContext } from './function-context.ts';

/** A response as `after_response` sees it. */
export interface SeenResponse {
  readonly status: number;
  /** Service time in milliseconds. */
  readonly durationMs: number;
  /** Value of a header; several of the same name are joined by `, `. `undefined`: absent. */
  header(name: string): string | undefined;
  /** Body as text; only with `export const reads_body = true`. */
  text(): string;
  /** Body as JSON; only with `export const reads_body = true`. */
  json(): unknown;
}

/** The functions of a workload. */
export interface UserFunctions {
  readonly before_request?: ((request: ChangeableRequest, context: FunctionContext) => unknown) | undefined;
  readonly after_response?: ((response: SeenResponse, context: ResponseFunctionContext) => unknown) | undefined;
}

const FUNCTIONS = ['before_request', 'after_response'] as const;
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
    const hint = `exports are ${FUNCTIONS.join(', ')} and ${SWITCH}: see docs/functions.md`;
    throw new LoadbotError('config_invalid', `the functions ${name} are invalid: ${faults.join('; ')}`, { hint });
  }
  const functions = loaded as UserFunctions; // all exports are checked
  return {
    ...functions,
    plan: {
      url,
      name,
      hasBeforeRequest: functions.before_request !== undefined,
      hasAfterResponse: functions.after_response !== undefined,
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
    } else if (!FUNCTIONS.some((one) => one === name)) faults.push(`\`${name}\` is not a function of workloads`);
    else if (typeof value !== 'function') faults.push(`\`${name}\` must be a function`);
  }
  if (FUNCTIONS.every((name) => loaded[name] === undefined)) faults.push(`it exports none of ${FUNCTIONS.join(', ')}`);
  return faults;
}
