import type { PathDiagnostic } from '../path-diagnostic.ts';
import type { Path } from '../path.ts';
import type { Diagnostic } from '../../shared/errors.ts';

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
