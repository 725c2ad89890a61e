/**
 * Closed set of error classes; the values of the label `class`. `workload`: the request cannot be built from the
 * workload's data, such as a header value with a line end, and is not sent.
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
 * Outcome of a request, as a small integer so that the hot path neither allocates nor hashes: `OK`, `MISS` (a read or
 * update without a match), `ABORTED` (by the agent when the run stopped), or `FIRST_ERROR + index into ERROR_CLASSES`.
 */
export type Outcome = number;

export const OK: Outcome = 0;
export const MISS: Outcome = 1;
export const ABORTED: Outcome = 2;
export const FIRST_ERROR: Outcome = 3;

/** Returns the outcome of an error class. */
export function failure(errorClass: ErrorClass): Outcome {
  return FIRST_ERROR + ERROR_CLASSES.indexOf(errorClass);
}

/** Details of errors of databases, gRPC, messaging systems and WebSocket beyond the error class: a closed set, for results. */
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
  // Status codes of gRPC.
  'cancelled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
  // NATS and JetStream.
  'no_responders',
  'message_too_large',
  'stream_not_found',
  'consumer_not_found',
  'wrong_last_sequence',
  'stream_full',
  'no_messages',
  'jetstream_error',
  // Codes of close frames of WebSocket.
  'close_1000',
  'close_1001',
  'close_1002',
  'close_1003',
  'close_1005',
  'close_1007',
  'close_1008',
  'close_1009',
  'close_1010',
  'close_1011',
  'close_1012',
  'close_1013',
  'close_1014',
  'close_other',
  // Kafka.
  'offset_out_of_range',
  'corrupt_message',
  'unknown_topic_or_partition',
  'leader_not_available',
  'not_leader_or_follower',
  'request_timed_out',
  'not_enough_replicas',
  'kafka_error',
] as const;

export type FailureDetail = (typeof FAILURE_DETAILS)[number];

/** Responses by status code (`100` to `599`, or `other`), without zeros. */
export type StatusCounts = Readonly<Record<string, number>>;

/** Failed checks of responses by name, without zeros. */
export type CheckCounts = Readonly<Record<string, number>>;

/** Key of responses with a code outside 100 to 599. */
export const OTHER_STATUS = 'other';

/** Adds both; `undefined` if neither counts status codes. */
export function addStatuses(a: StatusCounts | undefined, b: StatusCounts | undefined): StatusCounts | undefined {
  return a === undefined || b === undefined ? (a ?? b) : addCounts(a, b);
}

/** Adds both by name. */
export function addCounts(a: CheckCounts, b: CheckCounts): CheckCounts {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.freeze(Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)])));
}
