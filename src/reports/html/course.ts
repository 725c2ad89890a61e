import type { courseDocument } from '../course-document.ts';
import type { ResultDocument } from '../result-document.ts';

type Course = ReturnType<typeof courseDocument>;
type ResultJob = ResultDocument['jobs'][number];

/** A column for each thing, a row for each interval. */
export type TimelineDocument = Course['timeline'];

/** How a job went from second to second; `undefined` where the result does not say, or there is no line to draw. */
export function timelineOf(job: ResultJob): TimelineDocument | undefined {
  const { timeline }: ResultJob & Partial<Course> = job;
  return timeline !== undefined && timeline.at_seconds.length > 1 ? timeline : undefined;
}

/** Where a percentile lies with 95 % confidence, in seconds; `null` at an end that is not determined. */
export interface ConfidenceInterval {
  readonly low_seconds: number | null;
  readonly high_seconds: number | null;
}

/** The interval of `p99`, of response time where the job is paced, else of service time; `undefined` where none is known. */
export function confidenceOf(job: ResultJob, percentile: string): ConfidenceInterval | undefined {
  const { confidence }: ResultJob & Partial<Course> = job;
  return confidence?.percentiles[percentile];
}
