import type { SourceOrigin, SourcePlan } from '../../../src/plan/source-plan.ts';

type Http = Extract<SourceOrigin, { kind: 'http' }>;

export function httpOrigin(url: string, changes: Partial<Http> = {}): Http {
  const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false };
  return { kind: 'http', url, headers: {}, tls, proxy: undefined, ...changes };
}

/** A source that is hardly ever read but at the beginning and the end. */
export function sourcePlan(origin: SourceOrigin | string, changes: Partial<SourcePlan> = {}): SourcePlan {
  return {
    name: 'db',
    origin: typeof origin === 'string' ? httpOrigin(origin) : origin,
    profile: undefined,
    intervalMs: 3_600_000,
    timeoutMs: 60_000,
    match: [],
    maxBytes: 16 * 2 ** 20,
    maxSeries: 10_000,
    ...changes,
  };
}
