import { formatMs } from '../../core/units.ts';
import type { Answer } from './ask.ts';
import type { Finding } from './finding.ts';

/** Below that it is the header's own resolution and the way there. */
const TOLERATED_MS = 10_000;
/** VictoriaMetrics drops what is so far ahead and answers 204; Prometheus refuses much less, on either side. */
const USELESS_MS = 2 * 86_400_000;

/**
 * Compares our clock with the receiver's, by which samples are judged to be too old or from the future.
 * @param epochMs when the answer came, milliseconds since the epoch
 */
export function checkClock({ headers }: Answer, epochMs: number): Finding | undefined {
  const theirsMs = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(theirsMs)) return undefined;
  const aheadMs = epochMs - theirsMs;
  const apartMs = Math.abs(aheadMs);
  if (apartMs <= TOLERATED_MS) return { verdict: 'ok', step: 'clock', message: "agrees with the receiver's" };
  const message = `ours is ${formatApart(apartMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the receiver's`;
  const hint = 'set the clock of this machine or of the receiver (NTP); samples carry the time of this machine';
  return { verdict: apartMs >= USELESS_MS ? 'fail' : 'warn', step: 'clock', message, hint };
}

function formatApart(ms: number): string {
  return ms < 86_400_000 ? formatMs(ms) : `${(ms / 86_400_000).toFixed(1)} days`;
}
