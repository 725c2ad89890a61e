import type { ResultJob } from '../document/result-document.ts';

/** One column per quantity, one row per interval. */
export type TimelineDocument = ResultJob['timeline'];

/** 95 % confidence interval of a percentile, in seconds; `null` at an undetermined end. */
export type ConfidenceInterval = ResultJob['confidence']['percentiles'][string];

/** Requests of a job during a phase of the system under test, and outside of it. */
export type JobPhase = ResultJob['phases'][number];

/** Minimum number of points for a meaningful line. */
const MIN_POINTS = 3;

/** Timeline of a job; `undefined` if it is too short for a line. */
export function timelineOf({ timeline }: ResultJob): TimelineDocument | undefined {
  return timeline.at_seconds.length >= MIN_POINTS ? timeline : undefined;
}
