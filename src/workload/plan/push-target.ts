import { basicAuthorization } from '../connection-string.ts';
import { DEFAULTS } from '../defaults.ts';
import type { PushTargetEntry } from '../schema/push-target.ts';
import type { PushTarget } from '../../plan/push-target.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';
import { secondsToMs } from '../../shared/units.ts';
import { decodeUserinfo } from '../../shared/network/userinfo.ts';
import type { FieldPlace, ReportProblem } from '../diagnostics.ts';
import { environmentProxy } from './proxy.ts';

type Headers = Readonly<Record<string, string>>;

/** Settings of a push target, from flag, environment or file, partly parsed. */
export interface PushTargetSettings {
  readonly entry: Omit<PushTargetEntry, 'url' | 'headers' | 'auth' | 'tls'>;
  /** Without credentials. */
  readonly url: string;
  /** Later ones win, whatever the case of their names. */
  readonly headers: readonly Headers[];
  readonly tls: TlsOptions;
  /** The setting that gives its URL. */
  readonly place: FieldPlace;
}

const { pushTarget: defaults } = DEFAULTS;
/** Timeout of a push, however short the interval is: later samples queue up and are sent in order. */
const SHORTEST_TIMEOUT_MS = 5_000;
const LONGEST_TIMEOUT_MS = 10_000;

/** A push target with every default applied. */
export function planPushTarget(
  { entry, url, headers, tls, place }: PushTargetSettings,
  intervalMs: number,
  report: ReportProblem,
): PushTarget {
  const ownIntervalMs = entry.interval_seconds === undefined ? intervalMs : secondsToMs(entry.interval_seconds);
  const { timeout_seconds: timeoutSeconds } = entry;
  return {
    url,
    protocol: entry.protocol,
    intervalMs: ownIntervalMs,
    timeoutMs: timeoutSeconds === undefined ? defaultTimeoutMs(ownIntervalMs) : secondsToMs(timeoutSeconds),
    buffer: entry.buffer ?? defaults.buffer,
    headers: Object.assign({}, ...headers.map(lowerCase)) as Headers,
    tls,
    proxy: entry.proxy === undefined ? proxyFor(url, place, report) : (entry.proxy ?? undefined),
    extraLabels: entry.extra_labels ?? {},
    gzip: entry.gzip ?? defaults.gzip,
    graceMs:
      (entry.keep_groups ?? defaults.keep_groups)
        ? undefined
        : secondsToMs(entry.grace_seconds ?? defaults.grace_seconds),
  };
}

function defaultTimeoutMs(intervalMs: number): number {
  return Math.min(Math.max(intervalMs, SHORTEST_TIMEOUT_MS), LONGEST_TIMEOUT_MS);
}

/** A URL and the header that its credentials make. */
export function takeCredentials(text: string): { readonly url: string; readonly headers: Headers } {
  const url = new URL(text);
  const { username, password } = url;
  if (username === '' && password === '') return { url: text, headers: {} };
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    headers: { authorization: basicAuthorization(decodeUserinfo(username), decodeUserinfo(password)) },
  };
}

/** The header that credentials of the file make. */
export function authHeaders(auth: PushTargetEntry['auth']): Headers {
  if (auth?.basic !== undefined) {
    return { authorization: basicAuthorization(auth.basic.username, auth.basic.password) };
  }
  return auth?.bearer === undefined ? {} : { authorization: `Bearer ${auth.bearer}` };
}

/** The same headers with names in lower case. */
export function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Proxy of the environment for a URL; an unusable one is reported. */
export function proxyFor(url: string, place: FieldPlace, report: ReportProblem): string | undefined {
  const { proxy, fault } = environmentProxy(url);
  if (fault !== undefined) report(place, fault.message, fault.hint);
  return proxy;
}
