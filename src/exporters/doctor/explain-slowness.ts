import { formatMs } from '../../core/units.ts';
import type { Finding } from './finding.ts';

/** A receiver that takes longer for one sample than there is time for all of them. */
export function explainSlowness(tookMs: number, intervalMs: number): Finding {
  return {
    verdict: 'warn',
    step: 'time',
    message: `a push takes ${formatMs(tookMs)}, longer than the interval of ${formatMs(intervalMs)}`,
    hint: 'raise interval_seconds of the push target, or metrics_export_interval_seconds; until then snapshots wait and are sent several at a time',
  };
}
