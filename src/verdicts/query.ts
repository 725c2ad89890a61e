import type { AxiosProxyConfig } from 'axios';
import { failureReason } from '../core/failure-reason.ts';
import { printable } from '../core/printable.ts';
import { redactUrl } from '../core/redact.ts';
import { mask, secretsOf } from '../core/secrets.ts';
import { holds, type QueryThreshold } from '../core/threshold.ts';
import type { Verdict } from './verdict.ts';

const EXCERPT_LENGTH = 200;
const MAX_ANSWER_BYTES = 50_000_000;

/** Asks a server once and holds what it answers against the bound: every series of it. Never rejects. */
export async function judgeQuery(threshold: QueryThreshold): Promise<Verdict> {
  const { text, query, operator, limit } = threshold;
  const answer = await ask(threshold);
  const values = 'values' in answer ? answer.values : [];
  // Of several series the one that fails speaks for all.
  const value = values.find((one) => !holds(one, threshold)) ?? values[0];
  const ok = value !== undefined && holds(value, threshold);
  const reason =
    'silence' in answer ? answer.silence : value === undefined ? 'the query gave no data' : `it is ${value}`;
  return {
    job: '',
    uuid: '',
    type: undefined,
    jobType: '',
    text,
    metric: query,
    unit: 'number',
    operator,
    limit,
    // What is no number has no place in a result.
    value: Number.isFinite(value) ? value : undefined,
    ok,
    reason: ok ? undefined : reason,
  };
}

type Answer = { readonly values: readonly number[] } | { readonly silence: string };

/** By the HTTP API of Prometheus: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
async function ask({ url, headers, proxy, query, timeoutMs }: QueryThreshold): Promise<Answer> {
  const secrets = secretsOf({ url, headers, proxy, tls: NO_TLS });
  const signal = AbortSignal.timeout(timeoutMs);
  const where = redactUrl(url);
  try {
    // Loaded by those who ask: it takes as long to load as all of ours.
    const { default: axios } = await import('axios');
    const { status, data } = await axios.post<string>(queryUrlOf(url), new URLSearchParams({ query }), {
      headers: { 'user-agent': 'loadbot-agent', ...headers },
      proxy: proxy === undefined ? false : proxyOf(new URL(proxy)),
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: 'text',
      // Else axios would parse it, whatever its type.
      transformResponse: (body: string) => body,
      validateStatus: () => true,
      signal,
    });
    return (
      readAnswer(status, data) ?? { silence: `${where} answers with status ${status}: ${excerptOf(data, secrets)}` }
    );
  } catch (error) {
    if (signal.aborted) return { silence: `no answer from ${where} within ${timeoutMs / 1000} s` };
    return { silence: `no answer from ${where}: ${excerptOf(failureReason(error).reason, secrets)}` };
  }
}

const NO_TLS = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
} as const;

/** What a server is given beyond its base stays, such as a tenant in the query. */
function queryUrlOf(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/query`;
  return url.href;
}

function readAnswer(status: number, body: string): Answer | undefined {
  if (status !== 200) return undefined;
  const { data } = Object(parse(body)) as { data?: { resultType?: unknown; result?: unknown } };
  if (data?.resultType === 'scalar') return { values: [valueOf(data.result)] };
  if (data?.resultType !== 'vector' || !Array.isArray(data.result)) return undefined;
  return { values: data.result.map((series: unknown) => valueOf((Object(series) as { value?: unknown }).value)) };
}

/** Of a pair of a time and a number as text; Go spells the infinities its own way. */
function valueOf(pair: unknown): number {
  const text = Array.isArray(pair) ? String(pair[1]) : '';
  if (text === '+Inf' || text === '-Inf') return text === '+Inf' ? Infinity : -Infinity;
  return text === '' ? NaN : Number(text);
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

function proxyOf({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  return {
    protocol,
    host: hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(username !== '' && {
      auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
  };
}
