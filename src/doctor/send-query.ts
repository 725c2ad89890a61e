import { firstLine, redactSecrets, secretsOf } from '../shared/secrets.ts';
import { failureReason, type FailureReason } from '../shared/network/failure-reason.ts';
import type { Destination } from '../shared/network/destination.ts';
import { connectionOf } from '../exporters/push/send.ts';

/** One request. */
interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** HTTP response of the receiver, whatever its status. */
export interface ReceiverResponse {
  readonly kind: 'answer';
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** First line of the body, shortened and without secrets. */
  readonly excerpt: string;
}

/** Failure without a response, and its reason. */
export interface NoResponse extends FailureReason {
  readonly kind: 'silence';
}

/** Sends a request to a receiver with the same credentials, proxy and TLS settings as a push. Never rejects. */
export type SendQuery = (question: Question) => Promise<ReceiverResponse | NoResponse>;

/** Maximum size of a response. It must fit a store's own metrics, which can be large. */
const MAX_ANSWER_BYTES = 50_000_000;

/** @param timeoutMs timeout of one response, in milliseconds */
export function createSendQuery(destination: Destination, timeoutMs: number): SendQuery {
  const secrets = secretsOf(destination);
  const connection = connectionOf(destination);
  return async ({ url, method = 'GET', headers = {}, body }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { default: axios } = await import('axios');
      const {
        status,
        headers: answered,
        data,
      } = await axios.request<Buffer>({
        ...connection,
        maxContentLength: MAX_ANSWER_BYTES,
        method,
        url,
        ...(body !== undefined && body.length > 0 && { data: body }),
        headers: { 'user-agent': 'loadbot-agent', ...headers, ...destination.headers },
        signal,
        responseType: 'arraybuffer',
      });
      const names = Object.entries(answered).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
      return {
        kind: 'answer',
        status,
        headers: Object.fromEntries(names),
        body: data,
        excerpt: firstLine(data.toString(), secrets),
      };
    } catch (error) {
      if (signal.aborted)
        return {
          kind: 'silence',
          status: 'timeout',
          reason: `timed out after ${timeoutMs / 1000} s waiting for a response`,
        };
      const { status, reason } = failureReason(error);
      return { kind: 'silence', status, reason: redactSecrets(reason, secrets) };
    }
  };
}
