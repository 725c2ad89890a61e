import { type Diagnostic, LoadbotError, messageOf } from '../shared/errors.ts';
import { exitCodeOf } from '../shared/exit-status.ts';
import { flagRows, spellingOf } from '../workload/flags.ts';
import { optionNameOf } from './internal/flag-names.ts';
import type { Result } from './result.ts';

/** An error in a workload or its options. */
export interface Problem {
  /** What is wrong and why, in one sentence. */
  readonly message: string;
  /** Place: `jobs[1].pace` of the workload, the name of an option, or absent for the whole workload. */
  readonly path?: string;
  /** The workload file, or a file that it includes; absent for a workload of code. */
  readonly file?: string;
  /** Position in the file, counted from 1; absent where the file has none. */
  readonly line?: number;
  readonly column?: number;
  /** What to do. */
  readonly hint?: string;
}

/** What an error knows beside its message. */
interface RunErrorDetails {
  readonly exitStatus: number;
  readonly problems: readonly Problem[];
  readonly cause?: unknown;
  readonly result?: Result | undefined;
}

/** A run, check or comparison that could not be carried out. Its message lists all problems. */
export class RunError extends Error {
  override readonly name = 'RunError';
  /** Exit status of the command: 104 for invalid input, 1 for any other failure; 112 for a comparison without a verdict. */
  readonly exitStatus: number;
  /** All problems at once; at least one. */
  readonly problems: readonly Problem[];
  /** The result so far of a run that failed after its load had begun. */
  readonly result: Result | undefined;

  constructor(message: string, { exitStatus, problems, cause, result }: RunErrorDetails) {
    super([message, ...listProblems(problems)].join('\n'), cause === undefined ? undefined : { cause });
    this.exitStatus = exitStatus;
    this.problems = problems;
    this.result = result;
  }
}

/** Longest list in a message; `problems` has all. */
const MOST_SHOWN = 50;

function listProblems(problems: readonly Problem[]): string[] {
  const more = problems.length > MOST_SHOWN ? [`  ... and ${problems.length - MOST_SHOWN} more`] : [];
  return [...problems.slice(0, MOST_SHOWN).map(describe), ...more];
}

function describe({ message, path, file, line, column, hint }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const text = [place, path, message].filter((part) => part !== undefined && part !== '').join('  ');
  return `  ${text}${hint === undefined ? '' : `\n    hint: ${hint}`}`;
}

/**
 * Converts any error of a run.
 * @param isFile whether the workload has a text with lines and columns
 */
export function toRunError(error: unknown, isFile: boolean, result?: Result): RunError {
  if (error instanceof RunError) return error;
  const message = messageOf(error);
  if (!(error instanceof LoadbotError)) {
    return new RunError(`internal error, please report it: ${message}`, {
      exitStatus: 1,
      problems: [{ message }],
      cause: error,
      result,
    });
  }
  const { code, hint, problems, cause } = error;
  const only = { message, ...(hint !== undefined && { hint }) };
  const listed = problems.length === 0 ? [only] : problems.map((problem) => toProblem(problem, isFile));
  return new RunError(message, { exitStatus: exitCodeOf(code), problems: listed, cause, result });
}

function toProblem({ message, path, file, hint }: Diagnostic, isFile: boolean): Problem {
  const [, name = file, line, column] = /^(.*?)(?::(\d+):(\d+))?$/s.exec(file ?? '') ?? [];
  return {
    message,
    ...(path !== undefined && { path: optionOf(path) }),
    ...(isFile && name !== undefined && name !== '' && { file: name }),
    ...(isFile && line !== undefined && { line: Number(line), column: Number(column) }),
    ...(hint !== undefined && { hint }),
  };
}

/** The option of a flag: `--metrics_export_url` is `metricsExportUrl`. */
function optionOf(path: string): string {
  const row = flagRows().find(([name]) => spellingOf(name) === path);
  return row === undefined ? path : optionNameOf(row[0]);
}
