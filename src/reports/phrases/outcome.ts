import { formatMs } from '../../shared/units.ts';
import type { RunResult } from '../report.ts';

const ENDED: Readonly<Record<string, string>> = {
  completed: 'completed in',
  stopped: 'stopped after',
  aborted: 'aborted after',
  failed: 'failed after',
  in_progress: 'cut off after',
};

/**
 * Describes how a run ended, with its duration: `completed in 42.3s`.
 * @param end a `RunEnd`, or an unknown value from a result file of a later version
 */
export function endPhrase(end: string, elapsedMs: number): string {
  return `${ENDED[end] ?? end} ${formatMs(elapsedMs)}`;
}

/** Describes how a run ended and why, to follow its name: `completed in 42.3 s; 2 of 2 thresholds held`. */
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
    endPhrase(end, endedEpochMs - startedEpochMs) + (reason === undefined ? '' : `: ${reason}`),
    ...(validity.valid ? [] : ['not to be trusted']),
    ...(thresholds.length === 0 ? [] : [held]),
    ...failed.map(({ job, text }) => `${text}${job === '' ? '' : ` of ${job}`} failed`),
  ].join('; ');
}
