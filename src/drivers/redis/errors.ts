import type { FailureDetail } from '../../core/outcome.ts';
import { ClassifiedError, classifyError } from '../classify-error.ts';
import type { Verdict } from '../verdict.ts';

/** What a server's error replies begin with. */
const DETAILS: readonly (readonly [beginning: RegExp, detail: FailureDetail])[] = [
  [/^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH))/, 'authentication'],
  [/^OOM/, 'out_of_memory'],
  [/^READONLY/, 'read_only'],
  [/^ERR max number of clients/, 'too_many_connections'],
  [/^ERR (DB index is out of range|invalid DB index)/, 'missing_database'],
  [/^ERR (unknown (sub)?command|syntax error|wrong number of arguments|value is not)/, 'syntax'],
  [/^(EXECABORT|TRYAGAIN)/, 'serialization'],
];

/** Errors of the client library about its connection, by the names of their classes. */
const CONNECTION_ERRORS: ReadonlyMap<string, 'reset' | 'timeout'> = new Map([
  ['SocketClosedUnexpectedlyError', 'reset'],
  ['DisconnectsClientError', 'reset'],
  ['ClientClosedError', 'reset'],
  ['ClientOfflineError', 'reset'],
  ['ConnectionTimeoutError', 'timeout'],
  ['SocketTimeoutError', 'timeout'],
]);

/** What the server's refusal of a request is about. */
export function judgeReply(error: Error): Verdict {
  // Its data is not read yet: to those who wait for it, a server that is not there yet.
  if (error.message.startsWith('LOADING')) return { errorClass: 'refused', detail: undefined };
  return { errorClass: 'driver', detail: DETAILS.find(([beginning]) => beginning.test(error.message))?.[1] };
}

/** Why there is no connection any more, or none yet. */
export function judgeLoss(thrown: unknown): Verdict {
  const known = thrown instanceof Error ? CONNECTION_ERRORS.get(thrown.constructor.name) : undefined;
  return { errorClass: known ?? classifyError(thrown), detail: undefined };
}

/** An answer that is no Redis protocol: the library reports it, and leaves the request waiting. */
export function nonsenseReply(error: unknown): Error {
  return new ClassifiedError(
    'protocol',
    error instanceof Error ? error.message : 'the answer is not that of a Redis server',
  );
}
