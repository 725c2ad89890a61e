import { formatMs, formatShare } from '../../shared/units.ts';
import type { Detection } from '../finding.ts';
import type { SampleWindow } from '../window.ts';
import { isSustained } from './sustained.ts';
import { isLoaded } from './load.ts';

/** Minimum share of a second; affects a considerable part of the requests. */
const LEAST_SHARE = 0.1;
/** In 2 of the last 3 seconds. */
const [TIMES, OF] = [2, 3];

/** Detects a load thread whose event loop is blocked for longer than its own work takes. */
export function detectBlocked(recent: readonly SampleWindow[]): readonly Detection[] {
  if (!isSustained(recent.slice(-OF), TIMES, isBlocked)) return [];
  const { threads } = recent.at(-1)!; // not empty: one of them is blocked
  const worst = threads.reduce((a, b) => (b.blocked > a.blocked ? b : a));
  return [
    {
      signal: 'blocked',
      severity: 'invalid',
      job: undefined,
      value: worst.blocked,
      unit: 'share',
      message: `the event loop of load thread ${threads.indexOf(worst)} was blocked for ${formatShare(worst.blocked, 1)} of a second, up to ${formatMs(worst.longestStopMs)} at a time`,
      hint: 'other code runs in this thread or on its CPU: check for code loaded with --import or --require, and for other processes',
    },
  ];
}

function isBlocked(window: SampleWindow): boolean {
  return isLoaded(window) && window.threads.some(({ blocked }) => blocked >= LEAST_SHARE);
}
