import { formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';

/** Outcome of a run in a word or two, with the tone of its display. */
export interface DisplayedOutcome {
  readonly tone: 'good' | 'bad' | 'caution' | 'plain';
  readonly title: string;
  readonly detail: string;
}

/** Determines the outcome. A run without thresholds has neither passed nor failed, since no expectation was set. */
export function outcomeOf({
  end,
  elapsed_seconds: seconds,
  reason,
  thresholds,
  validity,
}: ResultDocument): DisplayedOutcome {
  const failed = thresholds.filter(({ ok }) => !ok).length;
  const after = formatMs(seconds * 1000);
  if (end === 'failed') return { tone: 'bad', title: 'Run failed', detail: reason ?? `after ${after}` };
  // Threshold results of an invalid measurement are meaningless.
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
