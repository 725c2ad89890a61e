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

/** All job types of the workload file; a `mixed` job sends requests of several types, a `sleep` job sends none. */
export const JOB_TYPES = [...REQUEST_TYPES, 'mixed', 'sleep'] as const;
export type JobType = (typeof JOB_TYPES)[number];

/** Types that a `mixed` job combines, and that can be paced. */
export const DOCUMENT_TYPES = ['read', 'scan', 'write', 'bulk_write', 'update', 'delete'] as const;

/** Types that select a document which exists. Without a match, the request is a miss. */
const SELECTING_TYPES: ReadonlySet<unknown> = new Set<RequestType>(['read', 'scan', 'update', 'delete']);

/** Whether requests of a type select a document that exists, by its key or a filter. */
export function selectsDocuments(type: unknown): boolean {
  return SELECTING_TYPES.has(type);
}
