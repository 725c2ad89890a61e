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
