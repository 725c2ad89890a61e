import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../shared/errors.ts';
import { redactUrl } from '../shared/redact.ts';
import { explainNoResponse } from './explain.ts';
import type { DoctorFinding } from './examination.ts';
import { formatMs } from '../shared/units.ts';
import type { ReceiverResponse } from './send-query.ts';

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

/** Smaller differences are within the resolution of the header and the network latency. */
const TOLERATED_MS = 10_000;
/**
 * Skew from which samples are useless: VictoriaMetrics drops samples this far in the future and responds 204;
 * Prometheus rejects much smaller skews in both directions.
 */
const USELESS_MS = 2 * 86_400_000;

/**
 * Compares the local clock with the receiver's, which rejects samples that are too old or in the future.
 * @param epochMs arrival of the response, milliseconds since the epoch
 */
export function checkClock({ headers }: ReceiverResponse, epochMs: number): DoctorFinding | undefined {
  const theirsMs = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(theirsMs)) return undefined;
  const aheadMs = epochMs - theirsMs;
  const apartMs = Math.abs(aheadMs);
  if (apartMs <= TOLERATED_MS) return { verdict: 'ok', step: 'clock', message: "agrees with the receiver's" };
  const message = `the local clock is ${formatApart(apartMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the receiver's`;
  const hint = 'set the clock of this machine or of the receiver (NTP); samples carry the time of this machine';
  return { verdict: apartMs >= USELESS_MS ? 'fail' : 'warn', step: 'clock', message, hint };
}

function formatApart(ms: number): string {
  return ms < 86_400_000 ? formatMs(ms) : `${(ms / 86_400_000).toFixed(1)} days`;
}
