import { endPhrase } from '../phrases/end-phrase.ts';
import type { RunResult } from '../report.ts';

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
