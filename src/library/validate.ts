import { checkConnection } from '../compose/check-plan.ts';
import { EXIT } from '../shared/exit-status.ts';
import { sendsRequests } from '../plan/plan.ts';
import { adviseOn } from '../workload/plan-advice.ts';
import { hasPositions, openInput } from './internal/input.ts';
import type { ValidateOptions } from './options.ts';
import { type Problem, toRunError } from './run-error.ts';
import type { Workload } from './workload.ts';

/** Findings about a workload. */
export interface Validation {
  /** Whether it has no problems. */
  readonly ok: boolean;
  /** Errors: `run` would reject with the same ones. */
  readonly problems: readonly Problem[];
  /** Warnings about numbers that would hardly be the expected ones, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Checks a workload, and sends nothing.
 * @param workload a workload, or the path of a file: JSON with comments, YAML, or a module (`.mjs`), which is evaluated
 * @returns all problems at once; it rejects only for an error of this package
 */
export async function validate(workload: Workload | string, options: ValidateOptions = {}): Promise<Validation> {
  try {
    const { plan } = await openInput(workload, options, 'validate').plan();
    if (plan.jobs.some(sendsRequests)) await checkConnection(plan);
    return { ok: true, problems: [], warnings: adviseOn(plan) };
  } catch (error) {
    const failed = toRunError(error, hasPositions(workload));
    if (failed.exitStatus === INVALID) return { ok: false, problems: failed.problems, warnings: [] };
    throw failed;
  }
}

/** Exit status of invalid input. */
const INVALID: number = EXIT.invalidInput;

/** Returns a workload as it is; for its type. */
export function defineWorkload(workload: Workload): Workload {
  return workload;
}
