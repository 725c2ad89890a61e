/** Request types; the values of the label `job_type`. */
const REQUEST_TYPES = [
  'read',
  'scan',
  'write',
  'bulk_write',
  'update',
  'delete',
  'create_index',
  'drop_collection',
] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/**
 * Types of the counted parts of a job, the values of the label `job_type`: requests, the begin and end of a scenario's
 * transaction, and iterations of a scenario.
 */
export const PART_TYPES = [...REQUEST_TYPES, 'transaction', 'scenario'] as const;
export type PartType = (typeof PART_TYPES)[number];

/** Whether a part of a job counts iterations of a scenario. All others count requests. */
export function countsIterations({ type }: { readonly type: string }): boolean {
  return type === ('scenario' satisfies PartType);
}

/** All job types of the workload file; `mixed` and `scenario` jobs send requests of several types, a `sleep` job none. */
export const JOB_TYPES = [...REQUEST_TYPES, 'mixed', 'scenario', 'sleep'] as const;
export type JobType = (typeof JOB_TYPES)[number];

/** Types that a `mixed` job combines, and that can be paced. */
export const DOCUMENT_TYPES = ['read', 'scan', 'write', 'bulk_write', 'update', 'delete'] as const;

/** Types that select a document which exists. Without a match, the request is a miss. */
const SELECTING_TYPES: ReadonlySet<unknown> = new Set<RequestType>(['read', 'scan', 'update', 'delete']);

/** Whether requests of a type select a document that exists, by its key or a filter. */
export function selectsDocuments(type: unknown): boolean {
  return SELECTING_TYPES.has(type);
}
