import type { Window } from '../window.ts';

/** Whether any job sent measured load. */
export function isLoaded({ jobs }: Window): boolean {
  return jobs.some(({ steady }) => steady);
}

/** Whether one of them was to send as fast as it can. */
export function isUnpaced({ jobs }: Window): boolean {
  return jobs.some(({ steady, paced }) => steady && !paced);
}

/** From here on a thread has nothing to spare. */
const FULL = 0.95;

export function isSaturated({ threads }: Window): boolean {
  return threads.some(({ utilization }) => utilization >= FULL);
}
