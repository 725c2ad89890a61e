import type { ErrorClass } from '../shared/outcome.ts';
import { messageOf } from '../shared/errors.ts';

/** Classes of single error codes. */
const CLASS_OF_CODE: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  // A unix socket path that is missing or is not a socket: the server is not listening.
  ['ENOENT', 'refused'],
  ['ENOTSOCK', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EAI_NODATA', 'dns'],
  ['EPROTO', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  ['INVALID_CA', 'tls'],
  ['INVALID_PURPOSE', 'tls'],
  ['PATH_LENGTH_EXCEEDED', 'tls'],
  // The server supports TLS but not the requested HTTP version.
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'protocol'],
  // Requests that Node refuses to send.
  ['ERR_INVALID_CHAR', 'workload'],
  ['ERR_INVALID_HTTP_TOKEN', 'workload'],
  ['ERR_HTTP2_INVALID_CONNECTION_HEADERS', 'workload'],
  ['ERR_HTTP2_INVALID_HEADER_VALUE', 'workload'],
  ['ERR_HTTP2_INVALID_PSEUDOHEADER', 'workload'],
  ['ERR_HTTP2_HEADER_SINGLE_VALUE', 'workload'],
  ['EMFILE', 'client_resource'],
  ['ENFILE', 'client_resource'],
  ['EADDRNOTAVAIL', 'client_resource'],
  ['ENOBUFS', 'client_resource'],
  ['ENOMEM', 'client_resource'],
]);

/** Classes of code prefixes. OpenSSL's verification results have no common prefix. */
const CLASS_OF_PREFIX: readonly (readonly [prefix: RegExp, errorClass: ErrorClass])[] = [
  [/^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERROR_IN_)/, 'tls'],
  [/^(HPE_|ERR_HTTP2_)/, 'protocol'],
];

/**
 * Errors of an HTTP/2 stream or session that the server reset without a protocol violation: NO_ERROR, INTERNAL_ERROR,
 * STREAM_CLOSED, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM (RFC 9113, section 7). Node reports the code of a stream by
 * name and that of a session by number.
 */
const GIVEN_UP =
  /error code (NGHTTP2_(NO_ERROR|INTERNAL_ERROR|STREAM_CLOSED|REFUSED_STREAM|CANCEL|ENHANCE_YOUR_CALM)|[02578]|11)$/;

/** An error with a known class. */
export class ClassifiedError extends Error {
  override readonly name = 'ClassifiedError';
  readonly errorClass: ErrorClass;

  constructor(errorClass: ErrorClass, message: string) {
    super(message);
    this.errorClass = errorClass;
  }
}

/** Classifies an error of Node or OpenSSL; `driver` when it is unknown. */
export function classifyError(thrown: unknown): ErrorClass {
  if (thrown instanceof ClassifiedError) return thrown.errorClass;
  if (!(thrown instanceof Error)) return 'driver';
  return classOf(codeOf(thrown), thrown.message) ?? classifyInner(thrown);
}

function classOf(code: string | undefined, message: string): ErrorClass | undefined {
  if (code === undefined) return undefined;
  if (/^ERR_HTTP2_(STREAM|SESSION)_ERROR$/.test(code) && GIVEN_UP.test(message)) return 'reset';
  return CLASS_OF_CODE.get(code) ?? CLASS_OF_PREFIX.find(([prefix]) => prefix.test(code))?.[1];
}

/** A failed connection attempt to several addresses is an AggregateError. Its first error gives the class. */
function classifyInner(thrown: Error): ErrorClass {
  const inner: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown.cause;
  return inner instanceof Error ? classifyError(inner) : 'driver';
}

function codeOf(thrown: Error): string | undefined {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/**
 * Creates the error of a request that cannot be built from the workload's data. Nothing is sent, so it does not count
 * as an error of the target.
 * @param part the workload's path of the part that cannot be built: `http.headers.x-name`; `undefined`: unknown
 */
export function workloadError(part: string | undefined, reason: unknown): ClassifiedError {
  if (isWorkloadError(reason)) return reason;
  const subject = part === undefined ? 'the request' : `\`${part}\``;
  return new ClassifiedError('workload', `${subject} cannot be sent: ${messageOf(reason)}`);
}

/** Whether the error comes from a request that cannot be built. */
export function isWorkloadError(error: unknown): error is ClassifiedError {
  return error instanceof ClassifiedError && error.errorClass === 'workload';
}
