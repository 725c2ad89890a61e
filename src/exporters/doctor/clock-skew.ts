import { formatMs } from '../../shared/units.ts';
import type { ReceiverResponse } from './send-query.ts';
import type { DoctorFinding } from './finding.ts';

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
