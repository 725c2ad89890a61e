import type * as redis from 'redis';
import type { FailureDetail } from '../../shared/outcome.ts';
import { ClassifiedError, classifyError } from '../classify-error.ts';
import type { ErrorClassification } from '../error-classification.ts';

/** The `redis` package, imported on demand. */
export type RedisLibrary = typeof redis;

/** Failure details by prefix of the server's error reply. */
const DETAILS: readonly (readonly [beginning: RegExp, detail: FailureDetail])[] = [
  [/^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH))/, 'authentication'],
  [/^OOM/, 'out_of_memory'],
  [/^READONLY/, 'read_only'],
  [/^ERR max number of clients/, 'too_many_connections'],
  [/^ERR (DB index is out of range|invalid DB index)/, 'missing_database'],
  [/^ERR (unknown (sub)?command|syntax error|wrong number of arguments|value is not)/, 'syntax'],
  [/^TRYAGAIN/, 'serialization'],
];

/** Connection errors of the client library, by class name. */
const CONNECTION_ERRORS: ReadonlyMap<string, 'reset' | 'timeout'> = new Map([
  ['SocketClosedUnexpectedlyError', 'reset'],
  ['DisconnectsClientError', 'reset'],
  ['ClientClosedError', 'reset'],
  ['ClientOfflineError', 'reset'],
  ['ConnectionTimeoutError', 'timeout'],
  ['SocketTimeoutError', 'timeout'],
]);

/** Classifies an error of a connection: an error reply of the server, or the loss of the connection. */
export function classifyRedisError(
  error: unknown,
  { ErrorReply }: Pick<RedisLibrary, 'ErrorReply'>,
): ErrorClassification {
  return error instanceof ErrorReply ? classifyErrorReply(error) : classifyConnectionLoss(error);
}

/** Classifies an error reply. */
export function classifyErrorReply(error: Error): ErrorClassification {
  // The server is still loading its data, so it counts as a server that does not accept connections yet.
  if (error.message.startsWith('LOADING')) return { errorClass: 'refused', detail: undefined };
  return { errorClass: 'driver', detail: DETAILS.find(([beginning]) => beginning.test(error.message))?.[1] };
}

/** Classifies the loss of a connection, or a failed attempt to connect. */
export function classifyConnectionLoss(thrown: unknown): ErrorClassification {
  const known = thrown instanceof Error ? CONNECTION_ERRORS.get(thrown.constructor.name) : undefined;
  return { errorClass: known ?? classifyError(thrown), detail: undefined };
}

/** Error of a response that is not Redis protocol. The library reports it and leaves the request pending. */
export function invalidReplyError(error: unknown): Error {
  return new ClassifiedError(
    'protocol',
    error instanceof Error ? error.message : 'the response is not a Redis response',
  );
}
