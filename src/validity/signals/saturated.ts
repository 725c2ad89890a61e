import { formatShare } from '../../core/units.ts';
import type { Sighting } from '../finding.ts';
import type { Window } from '../window.ts';
import { held } from './held.ts';
import { isLoaded, isSaturated, isUnpaced } from './load.ts';

/** Of the last four seconds. */
const TIMES = 3;

/**
 * A load thread that has nothing to spare. A job that sends as fast as it can makes that of any thread, unless the target is
 * slower: its rate is then the generator's.
 */
export function seeSaturated(recent: readonly Window[]): readonly Sighting[] {
  const newest = recent.at(-1);
  if (newest === undefined || !held(recent, TIMES, (window) => isLoaded(window) && isSaturated(window))) return [];
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
        ? `${busy}: the rate is what this generator can do, and latencies include its own queue`
        : `${busy}: it can hardly do more`,
      hint: 'use more `threads`, or give the job a `pace` below what it reaches',
    },
  ];
}
