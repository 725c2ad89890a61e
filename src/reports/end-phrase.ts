import { formatMs } from '../core/units.ts';

const ENDED: Readonly<Record<string, string>> = {
  completed: 'completed in',
  stopped: 'stopped after',
  aborted: 'aborted after',
  failed: 'failed after',
  in_progress: 'cut off after',
};

/**
 * How a run ended, and after how long: `completed in 42.3s`.
 * @param end a `RunEnd`, or whatever a result file of a later version has in its place
 */
export function endPhrase(end: string, elapsedMs: number): string {
  return `${ENDED[end] ?? end} ${formatMs(elapsedMs)}`;
}
