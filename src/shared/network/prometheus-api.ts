import { axiosConnection, DEFAULT_TLS } from './axios-connection.ts';
import { failureReason } from './failure-reason.ts';
import { sanitizeForTerminal } from '../text.ts';
import { redactUrl } from '../redact.ts';
import { redactSecrets, secretsOf } from '../secrets.ts';

/** Server with the HTTP API of Prometheus, and how to connect to it. */
export interface PrometheusServer {
  /** Base URL of `/api/v1/query`, without credentials. */
  readonly url: string;
  /** Authorization header, if the server needs credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** URL of the proxy to use. */
  readonly proxy: string | undefined;
  /** Timeout of one query, in milliseconds. */
  readonly timeoutMs: number;
}

/** One series of a query result. */
export interface QuerySeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Points in the order of time; an instant vector has one. */
  readonly points: readonly Point[];
}

/** Point of a series; the value may be NaN or infinite. */
type Point = readonly [epochSeconds: number, value: number];

/**
 * Result of a query, or the reason for its failure: a message without secrets, and the HTTP status if there was a
 * response.
 */
type QueryResponse =
  | { readonly series: readonly QuerySeries[] }
  | { readonly failure: string; readonly status?: number };

const EXCERPT_LENGTH = 200;
const MAX_ANSWER_BYTES = 50_000_000;

/**
 * Sends one query, without retries. Never rejects. A scalar result becomes a series without labels.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
 */
export async function queryPrometheus(
  { url, headers, proxy, timeoutMs }: PrometheusServer,
  path: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<QueryResponse> {
  const secrets = secretsOf({ url, headers, proxy, tls: DEFAULT_TLS });
  const signal = AbortSignal.timeout(timeoutMs);
  const where = redactUrl(url);
  try {
    // Loaded on first use: axios takes as long to load as all other code together.
    const { default: axios } = await import('axios');
    const { status, data } = await axios.post<string>(apiUrlOf(url, path), new URLSearchParams(parameters), {
      headers: { 'user-agent': 'loadbot-agent', ...headers },
      ...axiosConnection({ url, tls: DEFAULT_TLS, proxy }, MAX_ANSWER_BYTES),
      responseType: 'text',
      // Keeps axios from parsing the body regardless of its content type.
      transformResponse: (body: string) => body,
      signal,
    });
    const series = readSeries(status, data);
    if (series !== undefined) return { series };
    return { failure: `${where} responded with status ${status}: ${firstLine(data, secrets)}`, status };
  } catch (error) {
    if (error instanceof AnswerFault) {
      return {
        failure: `${where} responded with an invalid value: ${firstLine(error.message, secrets)}`,
        status: 200,
      };
    }
    if (signal.aborted) return { failure: `no response from ${where} within ${timeoutMs / 1000} s` };
    return { failure: `no response from ${where}: ${firstLine(failureReason(error).reason, secrets)}` };
  }
}

/** Appends the API path and keeps the query string of the base URL, such as a tenant. */
function apiUrlOf(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/${path}`;
  return url.href;
}

/** @throws {AnswerFault} when a value is not as the API has it */
function readSeries(status: number, body: string): readonly QuerySeries[] | undefined {
  if (status !== 200) return undefined;
  const { data } = Object(parse(body)) as { data?: { resultType?: unknown; result?: unknown } | null };
  if (data?.resultType === 'scalar') return [{ labels: {}, points: [readPoint(data.result, 'data.result')] }];
  if ((data?.resultType !== 'vector' && data?.resultType !== 'matrix') || !Array.isArray(data.result)) return undefined;
  return data.result.map((one: unknown, index) => {
    const { metric, value, values } = Object(one) as { metric?: unknown; value?: unknown; values?: unknown };
    const place = `data.result[${index}]`;
    const labels = readLabels(metric, `${place}.metric`);
    if (!Array.isArray(values)) return { labels, points: [readPoint(value, `${place}.value`)] };
    return { labels, points: values.map((pair, at) => readPoint(pair, `${place}.values[${at}]`)) };
  });
}

/** A value of an answer that is not as the API has it; the message names its JSON path. */
class AnswerFault extends Error {}

function readLabels(metric: unknown, place: string): QuerySeries['labels'] {
  if (typeof metric !== 'object' || metric === null || Array.isArray(metric)) {
    throw new AnswerFault(`${place} is not an object`);
  }
  const wrong = Object.entries(metric).find(([, text]) => typeof text !== 'string');
  if (wrong !== undefined) throw new AnswerFault(`${place}.${wrong[0]} is not a text`);
  return metric as QuerySeries['labels'];
}

/** A number as the API writes it, in text; Go writes infinity in its own way. */
const GO_FLOAT = /^(?:NaN|[+-]?Inf|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** What `Date` can show. */
const MAX_EPOCH_SECONDS = 8.64e12;

/** A pair of a time and a number in text. */
function readPoint(pair: unknown, place: string): Point {
  const [time, text] = (Array.isArray(pair) ? pair : []) as readonly unknown[];
  if (typeof time !== 'number' || !(Math.abs(time) < MAX_EPOCH_SECONDS))
    throw new AnswerFault(`${place}[0] is not a time`);
  if (typeof text !== 'string' || !GO_FLOAT.test(text)) throw new AnswerFault(`${place}[1] is not a number in text`);
  return [time, Number(text.replace('Inf', 'Infinity'))];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text: string, secrets: readonly string[]): string {
  return sanitizeForTerminal(redactSecrets(text, secrets)).slice(0, EXCERPT_LENGTH);
}
