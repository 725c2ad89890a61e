import { excerptOf } from '../../core/excerpt.ts';
import { failureReason, type FailureReason } from '../../core/failure-reason.ts';
import { type Destination, mask, secretsOf } from '../../core/secrets.ts';
import { connectionOf } from '../push/send.ts';

/** One request. */
interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What somebody answered, whatever that is. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body's first line, short and free of secrets. */
  readonly excerpt: string;
}

/** Why nobody answered. */
export interface Silence extends FailureReason {
  readonly kind: 'silence';
}

/** Asks a receiver in the way in which metrics are pushed to it: same credentials, proxy and TLS. Never rejects. */
export type Ask = (question: Question) => Promise<Answer | Silence>;

/** A store may be asked for its own metrics, which are many. */
const MAX_ANSWER_BYTES = 50_000_000;

/** @param timeoutMs bound on one answer */
export function createAsk(destination: Destination, timeoutMs: number): Ask {
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
        excerpt: excerptOf(data.toString(), secrets),
      };
    } catch (error) {
      if (signal.aborted)
        return { kind: 'silence', status: 'timeout', reason: `no answer within ${timeoutMs / 1000} s` };
      const { status, reason } = failureReason(error);
      return { kind: 'silence', status, reason: mask(reason, secrets) };
    }
  };
}
