import type { Finding } from '../config/finding.ts';
import type { Path } from '../config/path.ts';
import type { Problem } from '../core/errors.ts';

/** Where a setting comes from: a place in the workload file, or the name of a flag or of an environment variable. */
export type Place = Path | string;

/** Takes what is wrong with a setting. */
export type Report = (place: Place, message: string, hint?: string) => void;

/** Sorts what is reported: findings are still to be located in the file, problems are complete. */
export function reportTo(problems: Problem[], report: (finding: Finding) => void): Report {
  return (place, message, hint) => {
    const what = { message, ...(hint !== undefined && { hint }) };
    if (typeof place === 'string') problems.push({ path: place, ...what });
    else report({ path: place, ...what });
  };
}
