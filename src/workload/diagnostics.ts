import { LoadbotError, type Diagnostic } from '../shared/errors.ts';

/** Path of a node in the workload file: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** An error of the file, located by path; `locateFindings` adds line and column. */
export interface PathDiagnostic {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Whether the error is within a text, as a text is required. */
  readonly inText?: true;
  /** Part of the field that is in error; default: the value. */
  readonly part?: 'key' | 'value';
}

/** Origin of a setting: a path in the workload file, or the name of a flag or environment variable. */
export type FieldPlace = Path | string;

/** Reports a problem of a setting. */
export type ReportProblem = (place: FieldPlace, message: string, hint?: string) => void;

/** Distributes reports: findings still need their position in the file, problems are complete. */
export function reportTo(problems: Diagnostic[], report: (finding: PathDiagnostic) => void): ReportProblem {
  return (place, message, hint) => {
    const problem = { message, ...(hint !== undefined && { hint }) };
    if (typeof place === 'string') problems.push({ path: place, ...problem });
    else report({ path: place, ...problem });
  };
}

/** Error of a text; the message continues "jobs[0].thresholds[1] ...". The message of a URL contains no part of it. */
export interface TextFault {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Whether the result of a parser is an error. */
export function isFault(value: object | string | number): value is TextFault {
  return typeof value === 'object' && 'message' in value;
}

/** Builds the error that lists the problems of a workload. */
export function invalid(source: string, problems: readonly Diagnostic[]): LoadbotError {
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return new LoadbotError('config_invalid', `${source}: ${count}`, { problems });
}
