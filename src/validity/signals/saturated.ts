import { formatShare } from '../../shared/units.ts';
import type { Detection } from '../finding.ts';
import type { SampleWindow } from '../window.ts';
import { isSustained } from './sustained.ts';
import { isLoaded, isSaturated, isUnpaced } from './load.ts';

/** In 3 of the last 4 seconds. */
const TIMES = 3;

/**
 * Detects a saturated load thread. An unpaced job saturates any thread, unless the target is slower; its rate is then
 * limited by the generator.
 */
export function detectSaturated(recent: readonly SampleWindow[]): readonly Detection[] {
  const newest = recent.at(-1);
  if (newest === undefined || !isSustained(recent, TIMES, (window) => isLoaded(window) && isSaturated(window)))
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
