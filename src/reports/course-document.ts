import type { Course } from '../verdicts/course.ts';
import type { PercentileInterval } from '../verdicts/percentile-interval.ts';
import type { TimelineRecord } from '../verdicts/timeline.ts';

/** The columns of a timeline in a result, and where each comes from. */
export const TIMELINE_COLUMNS = {
  at_seconds: ({ at }) => at,
  seconds: ({ seconds }) => seconds,
  requests: ({ requests }) => requests,
  errors: ({ errors }) => errors,
  p50_seconds: ({ p50 }) => p50,
  p90_seconds: ({ p90 }) => p90,
  p99_seconds: ({ p99 }) => p99,
  max_seconds: ({ max }) => max,
  in_flight: ({ inFlight }) => inFlight,
  lag_p99_seconds: ({ lagP99 }) => lagP99,
} as const satisfies Readonly<Record<string, (record: TimelineRecord) => number | undefined>>;

type TimelineDocument = Readonly<Record<keyof typeof TIMELINE_COLUMNS, (number | null)[]>>;

/**
 * How a job went, for the result file. `confidence`: where each percentile lies with 95 %, of response time where the job is
 * paced, else of service time; null at an end that so few requests do not determine, and no percentiles at all from less
 * than five seconds. `timeline`: one column for each thing, a row a second; of jobs of over an hour, of two or four.
 */
export function courseDocument(course: Course | undefined) {
  const { timeline = [], intervals = [], drift } = course ?? {};
  const columns = Object.entries(TIMELINE_COLUMNS).map(([name, valueOf]) => [
    name,
    timeline.map((record) => toMicroseconds(valueOf(record))),
  ]);
  return {
    confidence: confidenceDocument(intervals),
    drift: drift === undefined ? null : { change: drift.change },
    timeline: Object.fromEntries(columns) as TimelineDocument,
  };
}

/** Where percentiles lie with 95 %; none from less than five seconds. */
export function confidenceDocument(intervals: readonly PercentileInterval[]) {
  return {
    level: 0.95,
    percentiles: Object.fromEntries(
      intervals.map(({ percent, low, high, effectiveSamples }) => [
        `p${String(percent).replace('.', '_')}`,
        { low_seconds: low ?? null, high_seconds: high ?? null, effective_samples: effectiveSamples },
      ]),
    ),
  };
}

/** To the microsecond, which is as far as a histogram tells. */
export function toMicroseconds(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(6));
}
