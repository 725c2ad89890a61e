import { formatMs } from '../../shared/units.ts';

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
