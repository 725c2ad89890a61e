import { ClassifiedError } from '../../classify-error.ts';

/** Error codes (RFC 9113, section 7). */
export const NO_ERROR = 0;
export const PROTOCOL_ERROR = 1;
export const FLOW_CONTROL_ERROR = 3;
export const STREAM_CLOSED = 5;
export const FRAME_SIZE_ERROR = 6;
export const CANCEL = 8;
export const COMPRESSION_ERROR = 9;
export const ENHANCE_YOUR_CALM = 11;

const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/**
 * Codes with which a server gives up a stream or a connection without a violation of the protocol: NO_ERROR,
 * INTERNAL_ERROR, STREAM_CLOSED, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM.
 */
const GIVEN_UP = new Set([0, 2, 5, 7, 8, 11]);

/** Error of a request whose stream or connection the server has ended. @param event such as "the server reset the stream" */
export function endedBy(event: string, code: number): ClassifiedError {
  const name = NAMES[code] ?? 'an unknown code';
  return new ClassifiedError(GIVEN_UP.has(code) ? 'reset' : 'protocol', `${event} (HTTP/2 error ${code}, ${name})`);
}

/** A violation of the protocol that ends the connection, and with it all of its requests. */
export class ConnectionViolation extends ClassifiedError {
  /** Error code for the server. */
  readonly code: number;

  /** @param message begins with "the server" */
  constructor(code: number, message: string) {
    super('protocol', message);
    this.code = code;
  }
}

/** Error of a server with another protocol. */
export function notHttp2(): ConnectionViolation {
  return new ConnectionViolation(PROTOCOL_ERROR, 'the server does not support HTTP/2');
}

export function windowTooLarge(): ConnectionViolation {
  return new ConnectionViolation(FLOW_CONTROL_ERROR, 'the server extended a window to more than 2^31-1 bytes');
}

/** Error of a response that violates HTTP: it ends its request alone. */
export function invalidResponse(problem: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server's response has ${problem}`);
}

export function connectionClosed(): ClassifiedError {
  return new ClassifiedError('reset', 'the connection closed before the response was complete');
}
