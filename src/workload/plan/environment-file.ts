import { unreadableReason } from '../read/unreadable-reason.ts';
import type { ReportProblem } from '../diagnostics.ts';
import type { PlanInputs } from './plan-inputs.ts';

/** Contents of the file that an environment variable names, if set. An unreadable file is reported. */
export function readEnvironmentFile(
  variable: string,
  surroundings: PlanInputs,
  report: ReportProblem,
): string | undefined {
  const path = surroundings.env[variable] || undefined;
  if (path === undefined) return undefined;
  try {
    return surroundings.readFile(path);
  } catch (error) {
    report(variable, `cannot read ${path}: ${unreadableReason(error)}`);
    return undefined;
  }
}
