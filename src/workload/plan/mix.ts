import type { Path } from '../diagnostics.ts';
import type { HttpEntry } from '../schema/http.ts';
import type { RequestJobEntry } from '../schema/job.ts';
import type { OperationEntry } from '../schema/mixed.ts';
import type { HttpOptions } from '../../plan/target.ts';
import { buildOperation, type OperationContext } from './operation.ts';
import type { OperationPlan } from '../../plan/plan.ts';

export interface MixContext extends OperationContext {
  /** Merges the settings of an operation into its job's. */
  readonly httpOf: (http: HttpEntry | undefined, path: Path) => HttpOptions;
}

/** Plans the operations of a job: one, or those of a mixed job. */
export function buildMix(job: RequestJobEntry, { httpOf, ...context }: MixContext): OperationPlan[] {
  const { type, mixed, ...shared } = job;
  if (type !== 'mixed') return [buildOperation(type, shared, context)];
  return operationsOf(mixed ?? {}).map(({ type, http, ...own }, index) => {
    return buildOperation(type, { ...shared, ...own }, { ...context, http: httpOf(http, ['mixed', index]) });
  });
}

/** Both forms as a list. */
function operationsOf(mixed: NonNullable<RequestJobEntry['mixed']>): readonly OperationEntry[] {
  if (Array.isArray(mixed)) return mixed;
  return Object.entries(mixed).map(([type, weight]) => ({ type: type as OperationEntry['type'], weight }));
}
