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

/** How a job went from second to second; `undefined` where the file is too old to say, or there is no line to draw. */
export function timelineOf({ timeline }: Partial<Pick<ResultJob, 'timeline'>>): TimelineDocument | undefined {
  return timeline !== undefined && timeline.at_seconds.length >= MIN_POINTS ? timeline : undefined;
}

/** The interval of `p99`, of response time where the job is paced, else of service time; `undefined` where none is known. */
export function confidenceOf(
  { confidence }: Partial<Pick<ResultJob, 'confidence'>>,
  percentile: string,
): ConfidenceInterval | undefined {
  return confidence?.percentiles[percentile];
}

/** The phases that were told apart while the job ran; none in older files. */
export function phasesOf({ phases }: Partial<Pick<ResultJob, 'phases'>>): readonly JobPhase[] {
  return phases ?? [];
}
