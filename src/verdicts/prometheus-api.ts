import { axiosConnection, DEFAULT_TLS } from '../core/axios-connection.ts';
import { failureReason } from '../core/failure-reason.ts';
import { printable } from '../core/printable.ts';
import { redactUrl } from '../core/redact.ts';
import { mask, secretsOf } from '../core/secrets.ts';

/** A server that speaks the HTTP API of Prometheus, and how to reach it. */
export interface PrometheusServer {
  /** What `/api/v1/query` stands under, without credentials. */
  readonly url: string;
  /** The header that its credentials make, if it has any. */
  readonly headers: Readonly<Record<string, string>>;
  /** Proxy on the way there. */
  readonly proxy: string | undefined;
  /** Total for one question. */
  readonly timeoutMs: number;
}

/** One series of an answer. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of time; one of an instant vector. */
  readonly points: readonly Point[];
}

/** A value of a series; NaN and the infinities may occur. */
type Point = readonly [epochSeconds: number, value: number];

/** What a server said, or why it said nothing: a text for people, without secrets, and the status of the answer if there was one. */
type Answer = { readonly series: readonly Series[] } | { readonly silence: string; readonly status?: number };

const EXCERPT_LENGTH = 200;
const MAX_ANSWER_BYTES = 50_000_000;

/**
 * Asks once. Never rejects. A number without labels is a series without labels.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
 */
export async function askPrometheus(
  { url, headers, proxy, timeoutMs }: PrometheusServer,
  path: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const secrets = secretsOf({ url, headers, proxy, tls: DEFAULT_TLS });
  const signal = AbortSignal.timeout(timeoutMs);
  const where = redactUrl(url);
  try {
    // Loaded by those who ask: it takes as long to load as all of ours.
    const { default: axios } = await import('axios');
    const { status, data } = await axios.post<string>(apiUrlOf(url, path), new URLSearchParams(parameters), {
      headers: { 'user-agent': 'loadbot-agent', ...headers },
      ...axiosConnection({ url, tls: DEFAULT_TLS, proxy }, MAX_ANSWER_BYTES),
      responseType: 'text',
      // Else axios would parse it, whatever its type.
      transformResponse: (body: string) => body,
      signal,
    });
    const series = readSeries(status, data);
    if (series !== undefined) return { series };
    return { silence: `${where} answers with status ${status}: ${excerptOf(data, secrets)}`, status };
  } catch (error) {
    if (signal.aborted) return { silence: `no answer from ${where} within ${timeoutMs / 1000} s` };
    return { silence: `no answer from ${where}: ${excerptOf(failureReason(error).reason, secrets)}` };
  }
}

/** What a server is given beyond its base stays, such as a tenant in the query. */
function apiUrlOf(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/${path}`;
  return url.href;
}

function readSeries(status: number, body: string): readonly Series[] | undefined {
  if (status !== 200) return undefined;
  const { data } = Object(parse(body)) as { data?: { resultType?: unknown; result?: unknown } };
  if (data?.resultType === 'scalar') return [{ labels: {}, points: [pointOf(data.result)] }];
  if ((data?.resultType !== 'vector' && data?.resultType !== 'matrix') || !Array.isArray(data.result)) return undefined;
  return data.result.map((one: unknown) => {
    const { metric, value, values } = Object(one) as { metric?: unknown; value?: unknown; values?: unknown };
    const pairs: readonly unknown[] = Array.isArray(values) ? values : [value];
    const labels = Object.entries(Object(metric)).map(([name, text]) => [name, String(text)]);
    return { labels: Object.fromEntries(labels) as Series['labels'], points: pairs.map(pointOf) };
  });
}

/** Of a pair of a time and a number as text; Go spells the infinities its own way. */
function pointOf(pair: unknown): Point {
  const [time, value] = (Array.isArray(pair) ? pair : []) as readonly (string | number | undefined)[];
  const text = String(value ?? '');
  const epochSeconds = Number(time);
  if (text === '+Inf' || text === '-Inf') return [epochSeconds, text === '+Inf' ? Infinity : -Infinity];
  return [epochSeconds, text === '' ? NaN : Number(text)];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function excerptOf(text: string, secrets: readonly string[]): string {
  return printable(mask(text, secrets)).slice(0, EXCERPT_LENGTH);
}
