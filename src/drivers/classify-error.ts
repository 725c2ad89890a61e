import type { ErrorClass } from '../core/outcome.ts';

/** Codes whose class does not follow from their prefix. */
const CLASS_OF_CODE: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  // A unix socket that is not there, or is no socket, is a server that is not listening.
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
  // The server speaks TLS, but not the HTTP version that was asked for.
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'protocol'],
  // What Node refuses to send.
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

/** Families of codes; OpenSSL's verification results have no prefix of their own. */
const CLASS_OF_PREFIX: readonly (readonly [prefix: RegExp, errorClass: ErrorClass])[] = [
  [/^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERROR_IN_)/, 'tls'],
  [/^(HPE_|ERR_HTTP2_)/, 'protocol'],
];

/**
 * An HTTP/2 stream or session that the server gave up, rather than one that broke the protocol's rules: NO_ERROR,
 * INTERNAL_ERROR, STREAM_CLOSED, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM (RFC 9113, section 7). Node names the code of
 * a stream and numbers that of a session.
 */
const GIVEN_UP =
  /error code (NGHTTP2_(NO_ERROR|INTERNAL_ERROR|STREAM_CLOSED|REFUSED_STREAM|CANCEL|ENHANCE_YOUR_CALM)|[02578]|11)$/;

/** A failure whose class is known where it is made. */
export class ClassifiedError extends Error {
  override readonly name = 'ClassifiedError';
  readonly errorClass: ErrorClass;

  constructor(errorClass: ErrorClass, message: string) {
    super(message);
    this.errorClass = errorClass;
  }
}

/** The class of anything that Node or OpenSSL reports instead of a response; `driver` when it is none we know. */
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

/** Several addresses tried in vain are an AggregateError; their common failure is the first one's. */
function classifyInner(thrown: Error): ErrorClass {
  const inner: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown.cause;
  return inner instanceof Error ? classifyError(inner) : 'driver';
}

function codeOf(thrown: Error): string | undefined {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
