import { messageOf } from '../../core/errors.ts';
import type { ErrorClass } from '../../core/outcome.ts';

const CLASS_OF_CODE: Readonly<Record<string, ErrorClass>> = {
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
};

/** Why a request got no response, as a class and the system's own words: `refused (connect ECONNREFUSED 127.0.0.1:8428)`. */
export function failureReason(thrown: unknown): string {
  const cause = causeOf(thrown);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const errorClass = CLASS_OF_CODE[code] ?? (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code) ? 'tls' : 'protocol');
  return `${errorClass} (${messageOf(cause)})`;
}

/** The system's error inside what a library threw. */
function causeOf(thrown: unknown): unknown {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return causeOf(thrown.errors[0]);
  if (thrown instanceof Error && thrown.cause instanceof Error) return causeOf(thrown.cause);
  return thrown;
}
