import { formatMs, formatShare } from '../../shared/units.ts';
import type { Detection } from '../finding.ts';
import type { SampleWindow } from '../window.ts';
import { isSustained, isLoaded, isSaturated, isUnpaced } from './load.ts';

/** Minimum share of a second; affects a considerable part of the requests. */
const LEAST_BLOCKED_SHARE = 0.1;
/** In 2 of the last 3 seconds. */
const [BLOCKED_TIMES, BLOCKED_OF] = [2, 3];

/** Detects a load thread whose event loop is blocked for longer than its own work takes. */
export function detectBlocked(recent: readonly SampleWindow[]): readonly Detection[] {
  if (!isSustained(recent.slice(-BLOCKED_OF), BLOCKED_TIMES, isBlocked)) return [];
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
  return isLoaded(window) && window.threads.some(({ blocked }) => blocked >= LEAST_BLOCKED_SHARE);
}

/** In 3 of the last 4 seconds. */
const SATURATED_TIMES = 3;

/**
 * Detects a saturated load thread. An unpaced job saturates any thread, unless the target is slower; its rate is then
 * limited by the generator.
 */
export function detectSaturated(recent: readonly SampleWindow[]): readonly Detection[] {
  const newest = recent.at(-1);
  if (
    newest === undefined ||
    !isSustained(recent, SATURATED_TIMES, (window) => isLoaded(window) && isSaturated(window))
  )
    return [];
  const value = Math.max(...newest.threads.map(({ utilization }) => utilization));
  const busy = `a load thread was busy for ${formatShare(value, 1)} of a second`;
  return [
    {
      signal: 'saturated',
      severity: 'note',
      job: undefined,
      value,
      unit: 'share',
      message: isUnpaced(newest)
        ? `${busy}: the generator limits the rate, and latencies include its own queue`
        : `${busy}: it is close to its limit`,
      hint: 'use more `threads`, or a `pace` below the rate that the job reaches',
    },
  ];
}
