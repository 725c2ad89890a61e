import type { ResultJob, ResultTimeline } from '../../document/result-document.ts';

/** Minimum number of points for a meaningful line. */
const MIN_POINTS = 3;

/** Timeline of a job; `undefined` if it is too short for a line. */
export function timelineOf({ timeline }: ResultJob): ResultTimeline | undefined {
  return timeline.at_seconds.length >= MIN_POINTS ? timeline : undefined;
}
