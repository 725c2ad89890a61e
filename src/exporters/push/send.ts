import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosResponse } from 'axios';
import type { Clock } from '../../core/clock.ts';
import type { Attempt, Send } from './attempt.ts';
import { failureReason } from './failure-reason.ts';
import { parseRetryAfter } from './retry-delay.ts';

interface Destination {
  readonly url: string;
  readonly authorization: string | undefined;
  /** What must not be shown, should the receiver repeat it. */
  readonly secrets: readonly string[];
}

/** Bytes of a response that are read at most; receivers answer with nothing or a line of explanation. */
const MAX_RESPONSE_BYTES = 1_000_000;
const EXCERPT_LENGTH = 200;

/**
 * Sends by POST. Goes through the proxy that the environment names, unless the receiver is on this machine.
 * Redirects are not followed: the POST would become a GET without its body, and credentials would go elsewhere.
 */
export function createSend({ url, authorization, secrets }: Destination, clock: Clock): Send {
  // Nothing to keep open between pushes that are seconds apart, and a stale connection would look like a failure.
  const agents = { httpAgent: new HttpAgent({ keepAlive: false }), httpsAgent: new HttpsAgent({ keepAlive: false }) };
  const route = isLoopback(new URL(url).hostname) ? { proxy: false as const } : {};
  return async (parcel, signal) => {
    try {
      // Loaded by those who push: it takes as long to load as all of ours.
      const { default: axios } = await import('axios');
      const response = await axios.request<string>({
        method: 'POST',
        url,
        data: parcel.body,
        headers: {
          ...parcel.headers,
          'user-agent': 'loadbot-agent',
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...agents,
        ...route,
        signal,
        maxRedirects: 0,
        maxBodyLength: Infinity,
        maxContentLength: MAX_RESPONSE_BYTES,
        responseType: 'text',
        validateStatus: () => true,
      });
      return judge(response, secrets, clock.epochMs());
    } catch (error) {
      const reason = signal.aborted ? 'timeout (no answer in time)' : failureReason(error);
      return { kind: 'failed', reason, retryAfterMs: 0 };
    }
  };
}

function judge(response: AxiosResponse<string>, secrets: readonly string[], epochMs: number): Attempt {
  const { status, data, headers } = response;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const excerpt = excerptOf(data, secrets);
  const reason = `status ${status}${excerpt === '' ? '' : ` (${excerpt})`}`;
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', reason };
  return { kind: 'failed', reason, retryAfterMs: parseRetryAfter(String(headers['retry-after'] ?? ''), epochMs) };
}

/** The first line of what the receiver says. */
function excerptOf(body: string, secrets: readonly string[]): string {
  const line = body.trim().split(/[\r\n]/, 1)[0] ?? '';
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line).slice(0, EXCERPT_LENGTH);
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || hostname.startsWith('127.')
  );
}
