import { failure, type FailureDetail, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import { type RequestType, selectsDocuments } from '../../shared/job-type.ts';

type StatusClass = 'timeout' | 'status_4xx' | 'status_5xx';

/**
 * Status codes of gRPC from 1 on, with their error class by the HTTP status that `google.rpc.Code` gives for each:
 * https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 */
const STATUSES: readonly (readonly [detail: FailureDetail, errorClass: StatusClass])[] = [
  ['cancelled', 'status_4xx'],
  ['unknown', 'status_5xx'],
  ['invalid_argument', 'status_4xx'],
  ['deadline_exceeded', 'timeout'],
  ['not_found', 'status_4xx'],
  ['already_exists', 'status_4xx'],
  ['permission_denied', 'status_4xx'],
  ['resource_exhausted', 'status_4xx'],
  ['failed_precondition', 'status_4xx'],
  ['aborted', 'status_4xx'],
  ['out_of_range', 'status_4xx'],
  ['unimplemented', 'status_5xx'],
  ['internal', 'status_5xx'],
  ['unavailable', 'status_5xx'],
  ['data_loss', 'status_5xx'],
  ['unauthenticated', 'status_4xx'],
];

export const UNIMPLEMENTED = 12;
const NOT_FOUND = 5;

/** Status of a call, from its trailers. */
export interface CallStatus {
  /** 0: ok. */
  readonly code: number;
  readonly message: string;
}

/** Outcome of a call, and the error of a failed one. */
export interface CallOutcome {
  readonly outcome: Outcome;
  readonly failure: Error | undefined;
  readonly detail: FailureDetail | undefined;
}

/** Outcome of a status: `NOT_FOUND` is a miss for requests that select documents, as 404 over HTTP. */
export function outcomeOf({ code, message }: CallStatus, type: RequestType): CallOutcome {
  if (code === 0) return { outcome: OK, failure: undefined, detail: undefined };
  if (code === NOT_FOUND && selectsDocuments(type)) return { outcome: MISS, failure: undefined, detail: undefined };
  const [detail, errorClass] = STATUSES[code - 1] ?? ['unknown', 'status_5xx'];
  const name = detail.toUpperCase();
  return { outcome: failure(errorClass), failure: new Error(`${name}${message === '' ? '' : `: ${message}`}`), detail };
}
