import { formatMs, formatShare } from '../../core/units.ts';
import type { Sighting } from '../finding.ts';
import type { Window } from '../window.ts';
import { held } from './held.ts';
import { isLoaded } from './load.ts';

/** From here on it is a considerable part of every request's chances. */
const LEAST_SHARE = 0.1;
/** Of the last three seconds. */
const [TIMES, OF] = [2, 3];

/** A load thread whose event loop stood still for longer than its own work takes. */
export function seeBlocked(recent: readonly Window[]): readonly Sighting[] {
  if (!held(recent.slice(-OF), TIMES, isBlocked)) return [];
  const { threads } = recent.at(-1)!; // it is blocked
  const worst = threads.reduce((a, b) => (b.blocked > a.blocked ? b : a));
  return [
    {
      signal: 'blocked',
      severity: 'invalid',
      job: undefined,
      value: worst.blocked,
      unit: 'share',
      message: `load thread ${threads.indexOf(worst)} stood still for ${formatShare(worst.blocked, 1)} of a second, up to ${formatMs(worst.longestStopMs)} at a time`,
      hint: 'something else runs in its place, or in it: look for code loaded with --import or --require, and for what else uses this CPU',
    },
  ];
}

function isBlocked(window: Window): boolean {
  return isLoaded(window) && window.threads.some(({ blocked }) => blocked >= LEAST_SHARE);
}
