import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatMs } from '../../shared/units.ts';
import type { WaitDocument } from '../../sources/documents.ts';

/** Shorter waits are not reported. */
const MIN_REPORTED_SECONDS = 1;

/** Waits to report: long ones, and those that did not succeed. */
export function reportableWaits(waits: readonly WaitDocument[]): readonly WaitDocument[] {
  return waits.filter(({ seconds, outcome }) => outcome !== 'held' || seconds >= MIN_REPORTED_SECONDS);
}

/** Describes the outcome of a wait: `reads waited 12.3s for backup_in_progress == 0`. */
export function describeWait({ job, condition, seconds, outcome, found }: WaitDocument): string {
  const took = formatMs(seconds * 1000);
  const ending = {
    held: `waited ${took} for ${condition}`,
    timed_out: `timed out after ${took} waiting for ${condition}: ${found}`,
    stopped: `was waiting for ${condition} when the run ended, after ${took}: ${found}`,
    waiting: `is waiting for ${condition}, for ${took}: ${found}`,
  } as const;
  return sanitizeForTerminal(`${job} ${ending[outcome]}`);
}
