import type { PushTarget } from '../../../src/plan/push-target.ts';

/** A push target with nothing special about it. */
export function pushTarget(url: string, changes: Partial<PushTarget> = {}): PushTarget {
  return {
    url,
    protocol: undefined,
    intervalMs: 60_000,
    timeoutMs: 10_000,
    buffer: 360,
    headers: {},
    tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
    proxy: undefined,
    extraLabels: {},
    gzip: true,
    graceMs: 0,
    ...changes,
  };
}

/** What credentials in a URL become. */
export function basic(username: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
