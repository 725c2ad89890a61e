import { LoadbotError, type Diagnostic } from '../../../src/shared/errors.ts';
import { loadWorkload, type LoadedWorkload, type LoadOverrides } from '../../../src/workload/load.ts';

export interface Loading extends LoadOverrides {
  /** Name of the text's file; its extension determines the format. */
  readonly source?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Loads a workload from its text. */
export function load(
  text: string,
  { source = 'load.jsonc', env = {}, ...overrides }: Loading = {},
): Promise<LoadedWorkload> {
  const give = (): Promise<string> => Promise.resolve(text);
  return loadWorkload(source, { readFile: give, readStdin: give, env }, overrides);
}

/** The error that loading must end with. */
export async function failureOf(promise: Promise<unknown>): Promise<LoadbotError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LoadbotError) return error;
  throw new Error(`expected a LoadbotError, got ${String(error)}`);
}

/** All problems of a workload's text; none when it is valid. */
export async function problemsOf(text: string, loading: Loading = {}): Promise<readonly Diagnostic[]> {
  try {
    await load(text, loading);
    return [];
  } catch (error) {
    if (error instanceof LoadbotError) return error.problems;
    throw error;
  }
}

/** A problem on one line: `load.jsonc:3:5 jobs[0].pace: message (hint)`. */
export function line({ file = '', path = '', message, hint }: Diagnostic): string {
  return `${file} ${path}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
