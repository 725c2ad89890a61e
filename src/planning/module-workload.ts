import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, LoadbotError, messageOf } from '../shared/errors.ts';
import { toWorkloadText } from './workload-text.ts';

/**
 * Evaluates a module whose default export is a workload, and returns it as JSON. A module is evaluated once in a process.
 * @throws {LoadbotError} `config_invalid` when it cannot be loaded, throws, or exports no workload
 */
export async function readModule(path: string): Promise<string> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(resolve(path)).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const hint = 'it is evaluated as an ECMAScript module: see the message above';
    throw new LoadbotError('config_invalid', `cannot evaluate ${path}: ${messageOf(cause)}`, { hint, cause });
  }
  if ('default' in exported) return toWorkloadText(exported['default'], path);
  throw new LoadbotError('config_invalid', `${path} has no default export`, {
    hint: 'write "export default { ... }" with the workload',
  });
}

/** Removes line and column from the problems of a source that has no text of its own. */
export function withoutPositions(error: unknown, source: string): unknown {
  if (!(error instanceof LoadbotError)) return error;
  const { code, message, hint, cause } = error;
  const problems = error.problems.map(({ file, ...problem }): Diagnostic => {
    if (file === undefined) return problem;
    return { file: file.startsWith(`${source}:`) ? source : file, ...problem };
  });
  return new LoadbotError(code, message, { ...(hint !== undefined && { hint }), problems, cause });
}
