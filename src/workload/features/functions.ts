import { importFunctions } from '../../functions/function-module.ts';
import type { FunctionsPlan } from '../../plan/functions-plan.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { findModule } from '../../shared/find-module.ts';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { asObject } from '../entries.ts';
import { spellingOf } from '../flags.ts';
import { optional, text } from '../values.ts';

/** Field of the workload: the module with its functions. */
export const functionsField = optional(text, {
  description:
    'JavaScript module with functions that run for each HTTP request and response, relative to this file. Only with the flag `--allow_functions`, because it is code. See [Functions](functions.md).',
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
    const { plan } = await importFunctions(url, name);
    return { plan, findings: [] };
  } catch (error) {
    if (error instanceof LoadbotError) return refuse(error.message, error.hint);
    throw error;
  }
}
