import { messageOf } from '../errors.ts';

/** Reason why a request got no response. `parse`: the response was not HTTP, or incomplete. */
export interface FailureReason {
  readonly status: Exclude<FailureStatus, 'http_4xx' | 'http_5xx'>;
  /** The status and the system's message: `refused (connect ECONNREFUSED 127.0.0.1:8428)`. */
  readonly reason: string;
}

const STATUS_OF_CODE: Readonly<Record<string, FailureReason['status']>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EPROTO: 'tls',
  // From undici: the peer closed the connection before the response was complete.
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
};

/** @param thrown by the HTTP library; its message may contain secrets */
export function failureReason(thrown: unknown): FailureReason {
  const cause = causeOf(thrown);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // The response was not HTTP, or incomplete.
  const status = STATUS_OF_CODE[code] ?? (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code) ? 'tls' : 'parse');
  return { status, reason: `${status === 'parse' ? 'invalid response' : status} (${messageOf(cause)})` };
}

/** Returns the system error that caused a library's error. */
function causeOf(thrown: unknown): unknown {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return causeOf(thrown.errors[0]);
  if (thrown instanceof Error && thrown.cause instanceof Error) return causeOf(thrown.cause);
  return thrown;
}

/** Results of an attempt to deliver or scrape metrics; the values of the label `status`. */
export const ATTEMPT_STATUSES = [
  'success',
  'timeout',
  'refused',
  'reset',
  'dns',
  'tls',
  'http_4xx',
  'http_5xx',
  'parse',
] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/** Results of a failed attempt. */
export type FailureStatus = Exclude<AttemptStatus, 'success'>;
