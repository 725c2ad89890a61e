import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import { explainNoResponse } from './explain-no-response.ts';
import type { DoctorFinding } from './finding.ts';

/** Reports the route to a receiver: its proxy or its addresses. */
export async function checkRoute(pushUrl: string, proxy: string | undefined): Promise<DoctorFinding> {
  const { hostname } = new URL(pushUrl);
  if (proxy !== undefined) {
    return {
      verdict: 'ok',
      step: 'route',
      message: `through the proxy ${redactUrl(proxy)}; set NO_PROXY=${hostname} in the environment to bypass it`,
    };
  }
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return { verdict: 'ok', step: 'route', message: `directly to ${host}` };
  try {
    const addresses = await lookup(host, { all: true });
    return {
      verdict: 'ok',
      step: 'route',
      message: `directly to ${addresses.map(({ address }) => address).join(', ')}`,
    };
  } catch (error) {
    const silence = { kind: 'silence', status: 'dns', reason: `dns (${messageOf(error)})` } as const;
    return explainNoResponse(silence, { url: new URL(pushUrl), proxy: undefined });
  }
}
