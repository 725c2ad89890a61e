import type { FailureDetail } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { ErrorClassification } from '../error-classification.ts';

/** An error that the server reported, with `-ERR`, a status or an error of JetStream. */
export class NatsError extends Error implements ErrorClassification {
  override readonly name = 'NatsError';
  readonly errorClass: 'driver' | 'status_4xx' | 'status_5xx';
  readonly detail: FailureDetail | undefined;

  constructor(errorClass: NatsError['errorClass'], detail: FailureDetail | undefined, message: string) {
    super(message);
    this.errorClass = errorClass;
    this.detail = detail;
  }
}

/** Details of messages of `-ERR`. */
const DETAILS: readonly (readonly [RegExp, FailureDetail])[] = [
  [/^permissions violation/i, 'permission_denied'],
  [/^(authori[sz]ation violation|authentication|user authentication|account authentication)/i, 'authentication'],
  [/^maximum payload/i, 'message_too_large'],
  [/^maximum (account )?(active )?connections/i, 'too_many_connections'],
];
/** Errors after which the server keeps the connection open. */
const KEEPS_OPEN = /^(permissions violation|invalid (publish )?subject)/i;

/** The error of an `-ERR`. */
export function serverError(text: string): NatsError {
  return new NatsError('driver', DETAILS.find(([pattern]) => pattern.test(text))?.[1], text);
}

export function keepsConnection({ message }: NatsError): boolean {
  return KEEPS_OPEN.test(message);
}

/** Error class and detail of any error of a connection. */
export function classifyNatsError(error: unknown): ErrorClassification {
  if (error instanceof NatsError) return error;
  return { errorClass: classifyError(error), detail: undefined };
}

/** Details of error codes of JetStream: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const JETSTREAM_DETAILS: ReadonlyMap<number, FailureDetail> = new Map([
  [10_014, 'consumer_not_found'],
  [10_023, 'resource_exhausted'],
  [10_054, 'message_too_large'],
  [10_059, 'stream_not_found'],
  [10_071, 'wrong_last_sequence'],
  [10_077, 'stream_full'],
  [10_164, 'wrong_last_sequence'],
]);

/** The error of a failed request to JetStream, by its status and its own code. */
export function jetStreamError(code: number, ownCode: number, text: string): NatsError {
  const detail = JETSTREAM_DETAILS.get(ownCode) ?? 'jetstream_error';
  return new NatsError(classOfStatus(code), detail, `${text} (JetStream error ${ownCode})`);
}

/** Error class of a status, which NATS takes from HTTP. */
export function classOfStatus(code: number): 'status_4xx' | 'status_5xx' {
  return code >= 400 && code < 500 ? 'status_4xx' : 'status_5xx';
}
