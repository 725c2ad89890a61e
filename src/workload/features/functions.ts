import { HOOKS, importFunctions } from '../../functions/function-module.ts';
import type { FunctionsPlan } from '../../plan/functions-plan.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { findModule } from '../../shared/find-module.ts';
import { listNames } from '../../shared/text.ts';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { asObject, functionStepsOf, jobsOf } from '../entries.ts';
import { FUNCTION_NAME } from './scenario/step-schema.ts';
import { spellingOf } from '../flags.ts';
import { didYouMean } from '../suggest.ts';
import { optional, text } from '../values.ts';

/** Field of the workload: the module with its functions. */
export const functionsField = optional(text, {
  description:
    'JavaScript module with functions that run for requests, responses and steps of scenarios, relative to this file. Only with the flag `--allow_functions`, because it is code. See [Functions](functions.md).',
  without: 'none',
  examples: ['./functions.mjs'],
});

const PATH: Path = ['functions'];

/** Functions of a workload. */
interface LoadedFunctions {
  readonly plan: FunctionsPlan | undefined;
  readonly findings: readonly PathDiagnostic[];
}

interface FunctionOptions {
  readonly isAllowed: boolean;
  readonly directoryOf: (path: Path) => string;
}

/** Loads the functions of an unchecked file into this thread, to check them. */
export async function loadFunctions(file: unknown, options: FunctionOptions): Promise<LoadedFunctions> {
  const name = asObject(file)?.['functions'];
  if (name === undefined) return { plan: undefined, findings: checkSteps(file, undefined) };
  // Other values are reported by the schema.
  if (typeof name !== 'string' || name.trim() === '') return { plan: undefined, findings: [] };
  const refuse = (message: string, hint: string | undefined): LoadedFunctions => {
    return { plan: undefined, findings: [{ path: PATH, message, hint }] };
  };
  if (!options.isAllowed) {
    const hint = `add the flag ${spellingOf('allow_functions')} if you trust this workload and its functions`;
    return refuse('is code that would run in this process, and is not allowed', hint);
  }
  const url = findModule(/^\.{0,2}\//.test(name) ? name : `./${name}`, [options.directoryOf(PATH)]);
  if (url === undefined)
    return refuse(`the module \`${name}\` does not exist`, 'its path is relative to the workload file');
  try {
    const { plan, steps } = await importFunctions(url, name);
    const exported = [...steps.keys()];
    return { plan, findings: [...checkExports(file, name, exported), ...checkSteps(file, exported)] };
  } catch (error) {
    if (error instanceof LoadbotError) return refuse(error.message, error.hint);
    throw error;
  }
}

/** Reports exports that no step calls and whose names resemble those of other functions. */
function checkExports(file: unknown, module: string, exported: readonly string[]): readonly PathDiagnostic[] {
  const called = new Set(
    jobsOf(file)
      .flatMap(functionStepsOf)
      .map(({ fields }) => fields['function']),
  );
  return exported.flatMap((name) => {
    const hint = called.has(name) ? undefined : didYouMean(name, HOOKS);
    if (hint === undefined) return [];
    return [{ path: PATH, message: `${module} exports \`${name}\`, which no step calls`, hint }];
  });
}

/** Reports steps whose function does not exist. @param exported names of the functions; `undefined`: there is no module */
function checkSteps(file: unknown, exported: readonly string[] | undefined): readonly PathDiagnostic[] {
  const steps = jobsOf(file)
    .filter(({ fields }) => fields['type'] === 'scenario')
    .flatMap(functionStepsOf);
  return steps.flatMap(({ path, fields: { function: called } }): PathDiagnostic[] => {
    if (typeof called !== 'string' || !FUNCTION_NAME.test(called)) return []; // reported by the schema
    const at = [...path, 'function'];
    if (exported === undefined) {
      const hint = 'name it in the field `functions`: see docs/functions.md';
      return [{ path: at, message: `\`${called}\` is a function, but the workload names no module`, hint }];
    }
    if (exported.includes(called)) return [];
    if (HOOKS.some((hook) => hook === called)) {
      const message = `\`${called}\` is called for each request or response, not by a step`;
      return [{ path: at, message, hint: 'leave the step out, or give the function another name' }];
    }
    const known = exported.length === 0 ? 'it exports no functions of steps' : `exports: ${listNames(exported)}`;
    return [
      { path: at, message: `the module has no function \`${called}\``, hint: didYouMean(called, exported) ?? known },
    ];
  });
}
