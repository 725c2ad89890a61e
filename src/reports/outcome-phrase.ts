import { formatMs } from '../core/units.ts';
import type { RunEnd, RunResult } from './report.ts';

const ENDED: Readonly<Record<RunEnd, string>> = {
  completed: 'completed in',
  stopped: 'stopped after',
  aborted: 'aborted after',
  failed: 'failed after',
};

/** How a run ended and why, in a phrase that goes on after its name: `completed in 42.3 s; 2 of 2 thresholds held`. */
export function describeOutcome({
  end,
  reason,
  startedEpochMs,
  endedEpochMs,
  thresholds,
  validity,
}: RunResult): string {
  const failed = thresholds.filter(({ ok }) => !ok);
  const held = `${thresholds.length - failed.length} of ${thresholds.length} thresholds held`;
  return [
    `${ENDED[end]} ${formatMs(endedEpochMs - startedEpochMs)}${reason === undefined ? '' : `: ${reason}`}`,
    ...(validity.valid ? [] : ['not to be trusted']),
    ...(thresholds.length === 0 ? [] : [held]),
    ...failed.map(({ job, text }) => `${text}${job === '' ? '' : ` of ${job}`} failed`),
  ].join('; ');
}
