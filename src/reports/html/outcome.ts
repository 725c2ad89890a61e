import { formatMs } from '../../core/units.ts';
import type { ResultDocument } from '../result-document.ts';

/** What a run came to, in a word or two, and how loud to say it. */
export interface RunOutcome {
  readonly tone: 'good' | 'bad' | 'caution' | 'plain';
  readonly title: string;
  readonly detail: string;
}

/** A run without thresholds has neither passed nor failed: nobody said what it should be. */
export function outcomeOf({ end, elapsed_seconds: seconds, reason, thresholds, validity }: ResultDocument): RunOutcome {
  const failed = thresholds.filter(({ ok }) => !ok).length;
  const after = formatMs(seconds * 1000);
  if (end === 'failed') return { tone: 'bad', title: 'Run failed', detail: reason ?? `after ${after}` };
  // What the thresholds found is as worthless as the rest.
  if (!validity.valid) return { tone: 'bad', title: 'Invalid', detail: 'the measurement is not to be trusted' };
  if (end === 'aborted') return { tone: 'bad', title: 'Aborted', detail: reason ?? `after ${after}` };
  if (failed > 0) return { tone: 'bad', title: 'Failed', detail: `${failed} of ${plural(thresholds.length)} failed` };
  if (end === 'stopped') return { tone: 'caution', title: 'Stopped early', detail: `after ${after}` };
  if (thresholds.length === 0) return { tone: 'plain', title: 'Completed', detail: 'no thresholds were set' };
  return {
    tone: 'good',
    title: 'Passed',
    detail: thresholds.length === 1 ? 'its threshold held' : `all ${plural(thresholds.length)} held`,
  };
}

function plural(thresholds: number): string {
  return `${thresholds} threshold${thresholds === 1 ? '' : 's'}`;
}
