import type { WorkloadText } from '../../agent/control-routes.ts';
import type { Environment } from '../../workload/variables.ts';
import { type ErrorCode, LoadbotError, messageOf, type Diagnostic } from '../../shared/errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlanOverrides } from '../../workload/flags.ts';

/** The one workload that a planning thread reads. */
export interface PlanRequest {
  readonly workload: WorkloadText;
  readonly overrides: PlanOverrides;
  readonly env: Environment;
  /** Whether the plan is sent back: cloning a large one takes the time of the thread that gets it. */
  readonly returnsPlan: boolean;
}

/** The plan, if requested, or the error. */
export type PlanReply = { readonly plan: Plan | undefined } | { readonly error: PortableProblems };

/** An error as it crosses threads, where classes are lost. */
interface PortableProblems {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** As many problems as an answer of the control API lists. */
const MOST_PROBLEMS = 1000;

export function packProblems(error: unknown): PortableProblems {
  if (!(error instanceof LoadbotError)) {
    return { code: 'internal', message: messageOf(error), hint: undefined, problems: [] };
  }
  const { code, message, hint, problems } = error;
  return { code, message, hint, problems: problems.slice(0, MOST_PROBLEMS) };
}

export function unpackProblems({ code, message, hint, problems }: PortableProblems): LoadbotError {
  return new LoadbotError(code, message, { ...(hint !== undefined && { hint }), problems });
}
