import { formatMs } from '../../shared/units.ts';
import type { DoctorFinding } from './finding.ts';

/** Reports a receiver that takes longer for one sample than the push interval. */
export function explainSlowness(tookMs: number, intervalMs: number): DoctorFinding {
  return {
    verdict: 'warn',
    step: 'time',
    message: `a push takes ${formatMs(tookMs)}, longer than the interval of ${formatMs(intervalMs)}`,
    hint: 'raise interval_seconds of the push target, or metrics_export_interval_seconds; otherwise snapshots queue up and are sent in batches',
  };
}
