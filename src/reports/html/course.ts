import type { ResultDocument } from '../result-document.ts';

type ResultJob = ResultDocument['jobs'][number];

/** A column for each thing, a row for each interval. */
export type TimelineDocument = ResultJob['timeline'];

/** Where a percentile lies with 95 % confidence, in seconds; `null` at an end that is not determined. */
export type ConfidenceInterval = ResultJob['confidence']['percentiles'][string];

/** What a job met in a phase of the system under test, and outside of it. */
export type JobPhase = ResultJob['phases'][number];

/** Two points make a line, but one that says nothing. */
const MIN_POINTS = 3;

/** How a job went from second to second; `undefined` where there is no line to draw. */
export function timelineOf({ timeline }: ResultJob): TimelineDocument | undefined {
  return timeline.at_seconds.length >= MIN_POINTS ? timeline : undefined;
}
