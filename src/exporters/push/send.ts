import type { AxiosRequestConfig, AxiosResponse, AxiosStatic } from 'axios';
import { type AttemptStatus, failureReason } from '../../shared/network/failure-reason.ts';
import type { Clock } from '../../shared/clock.ts';
import { axiosConnection } from '../../shared/network/axios-connection.ts';
import { firstLine, redactSecrets, secretsOf } from '../../shared/secrets.ts';
import type { Destination } from '../../shared/network/destination.ts';
import type { PushAttempt, SendRequest } from './attempt.ts';
import type { PushProtocol } from './protocol.ts';

/** Maximum number of response bytes read; receivers respond with an empty body or a line of explanation. */
const MAX_RESPONSE_BYTES = 1_000_000;

/** Parses the rejections in 2xx responses, if the protocol has them. */
type ReadRejection = PushProtocol['readRejection'];

/**
 * Creates the HTTP sender. Redirects are not followed: a POST would become a GET without its body, and credentials
 * would be sent elsewhere.
 */
export function createSend(destination: Destination, clock: Clock, readRejection?: ReadRejection): SendRequest {
  const secrets = secretsOf(destination);
  const connection = connectionOf(destination);
  return async ({ url, method, headers, body }, signal) => {
    try {
      const axios = await loadHttpClient();
      const response = await axios.request<Buffer>({
        ...connection,
        method,
        url,
        ...(body.length > 0 && { data: body }),
        headers: { 'user-agent': 'loadbot-agent', ...headers, ...destination.headers },
        signal,
        responseType: 'arraybuffer',
      });
      return judge(response, secrets, clock.epochMs(), readRejection);
    } catch (error) {
      const { status, reason } = signal.aborted ? NO_ANSWER : failureReason(error);
      return { kind: 'failed', status, statusCode: 0, reason: redactSecrets(reason, secrets), retryAfterMs: 0 };
    }
  };
}

/** Loads axios on demand, because it takes as long to load as the whole agent. A caller may preload it. */
export async function loadHttpClient(): Promise<AxiosStatic> {
  return (await import('axios')).default;
}

const NO_ANSWER = { status: 'timeout', reason: 'timeout (no response in time)' } as const;

/** Axios settings for every request to a destination. */
export function connectionOf(destination: Destination): AxiosRequestConfig {
  return axiosConnection(destination, MAX_RESPONSE_BYTES);
}

function judge(
  { status: statusCode, data, headers }: AxiosResponse<Buffer>,
  secrets: readonly string[],
  epochMs: number,
  readRejection: ReadRejection,
): PushAttempt {
  if (statusCode >= 200 && statusCode < 300) {
    const rejection = readRejection?.(data);
    return {
      kind: 'accepted',
      status: 'success',
      statusCode,
      ...(rejection !== undefined && { rejection: { ...rejection, reason: firstLine(rejection.reason, secrets) } }),
    };
  }
  const excerpt = firstLine(data.toString(), secrets);
  // Redirects count as 4xx, because the URL is wrong.
  const status: AttemptStatus = statusCode >= 500 ? 'http_5xx' : 'http_4xx';
  const answer = { status, statusCode, reason: `status ${statusCode}${excerpt === '' ? '' : ` (${excerpt})`}` };
  if (statusCode !== 408 && statusCode !== 429 && statusCode < 500) return { kind: 'refused', ...answer };
  const retryAfterMs = parseRetryAfter(String(headers['retry-after'] ?? ''), String(headers['date'] ?? ''), epochMs);
  return { kind: 'failed', ...answer, retryAfterMs };
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Maximum `Retry-After`, in milliseconds: a longer one is a mistake, or would lose the rest of a run. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * Milliseconds to wait before the next attempt: 1 s, doubling to 30 s, minus a random part of up to half, so that many
 * agents do not retry at once.
 * @param failures consecutive failed attempts, at least 1
 * @param random a number from 0 to 1
 */
export function retryDelayMs(failures: number, random: () => number): number {
  const longestMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return longestMs * (1 - random() / 2);
}

/**
 * Parses a `Retry-After` header into milliseconds, from 0 to `LONGEST_RETRY_AFTER_MS`: seconds, or a date (RFC 9110,
 * 10.2.3). 0 for a malformed header and for a date in the past.
 * @param date the `Date` header of the same response, the clock that a date is compared with; empty: absent
 * @param epochMs current time, used when the response has no `Date`
 */
export function parseRetryAfter(header: string, date: string, epochMs: number): number {
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  const askedMs = seconds === undefined ? parseHttpDate(header) - (parseHttpDate(date) || epochMs) : seconds * 1000;
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(0, askedMs), LONGEST_RETRY_AFTER_MS);
}

/** Parses an HTTP date; NaN when malformed. `Date.parse` alone accepts almost anything, such as "-1". */
function parseHttpDate(text: string): number {
  return /^\s*[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
