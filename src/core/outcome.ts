/**
 * The closed set of ways a request can fail; the values of the label `class`. `workload`: the request cannot be made from the
 * workload's data, such as a header value with a line end in it, and is not sent.
 */
export const ERROR_CLASSES = [
  'timeout',
  'refused',
  'reset',
  'dns',
  'tls',
  'protocol',
  'status_4xx',
  'status_5xx',
  'check',
  'client_resource',
  'driver',
  'workload',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/**
 * What became of one request, as a small integer so that the hot path neither allocates nor hashes:
 * `OK`, `MISS` (a read or update that matched nothing), `ABORTED` (cut off by us when the run stopped),
 * or `FIRST_ERROR + index into ERROR_CLASSES`.
 */
export type Outcome = number;

export const OK: Outcome = 0;
export const MISS: Outcome = 1;
export const ABORTED: Outcome = 2;
export const FIRST_ERROR: Outcome = 3;

/** The outcome of a failure of the given class. */
export function failure(errorClass: ErrorClass): Outcome {
  return FIRST_ERROR + ERROR_CLASSES.indexOf(errorClass);
}

/** What databases say more exactly than an error class: a closed set, for the result file. */
export const FAILURE_DETAILS = [
  'duplicate_key',
  'deadlock',
  'lock_timeout',
  'serialization',
  'too_many_connections',
  'authentication',
  'missing_database',
  'missing_table',
  'constraint',
  'syntax',
  'read_only',
  'out_of_memory',
] as const;

export type FailureDetail = (typeof FAILURE_DETAILS)[number];
