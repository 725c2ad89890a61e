import type { SampleWindow } from '../window.ts';

/** Whether any job sent measured load. */
export function isLoaded({ jobs }: SampleWindow): boolean {
  return jobs.some(({ steady }) => steady);
}

/** Whether a running job is not paced. */
export function isUnpaced({ jobs }: SampleWindow): boolean {
  return jobs.some(({ steady, paced }) => steady && !paced);
}

/** Minimum utilization of a saturated thread. */
const FULL = 0.95;

export function isSaturated({ threads }: SampleWindow): boolean {
  return threads.some(({ utilization }) => utilization >= FULL);
}

/**
 * Whether a condition is sustained: true for the newest entry and for a number of entries in total. A single bad second
 * may be an incident; repeated ones are not.
 * @param recent oldest first
 */
export function isSustained<T>(recent: readonly T[], times: number, holds: (one: T) => boolean): boolean {
  const newest = recent.at(-1);
  return newest !== undefined && holds(newest) && recent.filter(holds).length >= times;
}
