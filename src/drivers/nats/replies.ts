import { failure, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import { selectsDocuments } from '../../shared/job-type.ts';
import { classOfStatus, jetStreamError, NatsError } from './errors.ts';
import { parseHeaders, statusOf } from './headers.ts';
import type { NatsMessage } from './protocol-reader.ts';
import type { NatsRequest } from './request.ts';

/** Outcome of a reply, and the error of a failed request. */
export interface ReplyOutcome {
  readonly outcome: Outcome;
  readonly error: NatsError | undefined;
}

const SUCCESS: ReplyOutcome = { outcome: OK, error: undefined };
const NO_RESPONDERS = 503;
/** No message at once, and none within the time. */
const NO_MESSAGE: ReadonlySet<number> = new Set([404, 408]);

/** Headers by which services report errors: https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-32.md */
const SERVICE_ERROR = 'nats-service-error';
const SERVICE_ERROR_CODE = 'nats-service-error-code';

/** Outcome of the reply to a request, a publish to JetStream, or the request of its next message. */
export function outcomeOfReply(reply: NatsMessage, { kind, type }: Pick<NatsRequest, 'kind' | 'type'>): ReplyOutcome {
  const status = reply.data.length === 0 ? statusOf(reply.headers) : undefined;
  if (status !== undefined) {
    const { code, text } = status;
    if (code === NO_RESPONDERS)
      return failed(new NatsError('status_5xx', 'no_responders', `no responders for the subject of \`${kind}\``));
    const isEmpty = kind === 'jetstream_next' && NO_MESSAGE.has(code);
    if (isEmpty && selectsDocuments(type)) return { outcome: MISS, error: undefined };
    const detail = isEmpty ? 'no_messages' : kind === 'request' ? undefined : 'jetstream_error';
    return failed(new NatsError(classOfStatus(code), detail, `${code} ${text}`));
  }
  if (kind === 'jetstream_publish') return outcomeOfAck(reply);
  return kind === 'request' && reply.headers !== undefined ? outcomeOfService(reply) : SUCCESS;
}

function outcomeOfService({ headers }: NatsMessage): ReplyOutcome {
  const fields = parseHeaders(headers);
  const code = fields.get(SERVICE_ERROR_CODE);
  if (code === undefined) return SUCCESS;
  return failed(new NatsError(classOfStatus(Number(code)), undefined, `${code} ${fields.get(SERVICE_ERROR) ?? ''}`));
}

/** `{"stream":"S","seq":1,"duplicate":true}`, or `{"error":{"code":400,"err_code":10071,"description":""}}`. */
interface PublishAck {
  readonly stream?: string;
  readonly error?: { readonly code?: number; readonly err_code?: number; readonly description?: string };
}

function outcomeOfAck({ data }: NatsMessage): ReplyOutcome {
  const ack = parseAck(data);
  if (ack?.error !== undefined) {
    const { code = 500, err_code: own = 0, description = '' } = ack.error;
    return failed(jetStreamError(code, own, description));
  }
  if (ack?.stream !== undefined) return SUCCESS;
  return failed(new NatsError('driver', 'jetstream_error', 'the reply is not an acknowledgement of JetStream'));
}

function parseAck(data: Buffer): PublishAck | undefined {
  try {
    return Object(JSON.parse(data.toString())) as PublishAck;
  } catch {
    return undefined;
  }
}

function failed(error: NatsError): ReplyOutcome {
  return { outcome: failure(error.errorClass), error };
}
