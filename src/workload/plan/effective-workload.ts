import { withFlags } from '../apply-flags.ts';
import type { PlanOverrides } from '../flags.ts';
import type { LoadedWorkload } from '../load.ts';
import { redactWorkload } from '../redact.ts';
import type { Json } from '../../shared/json.ts';

/**
 * Content of a workload file with the flags applied. Secrets are masked, and variables appear by name.
 */
export function effectiveWorkload({ given }: Pick<LoadedWorkload, 'given'>, flags: PlanOverrides): Json {
  return redactWorkload(withFlags(given, flags));
}
