/** Request types; the values of the label `job_type`. */
const REQUEST_TYPES = ['read', 'write', 'bulk_write', 'update', 'create_index', 'drop_collection'] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** All job types of the workload file; a `mixed` job sends requests of several types, a `sleep` job sends none. */
export const JOB_TYPES = [...REQUEST_TYPES, 'mixed', 'sleep'] as const;
export type JobType = (typeof JOB_TYPES)[number];
