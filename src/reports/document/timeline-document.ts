import type { JobTimeline } from '../../analysis/job-timeline.ts';
import type { PercentileInterval } from '../../analysis/percentile-interval.ts';
import { percentileKey } from '../phrases/percentiles.ts';
import type { TimelinePoint } from '../../analysis/timeline-buffer.ts';

/** Columns of a timeline in the result file, with their source field. */
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
} as const satisfies Readonly<Record<string, (record: TimelinePoint) => number | undefined>>;

type TimelineDocument = Readonly<Record<keyof typeof TIMELINE_COLUMNS, (number | null)[]>>;

/**
 * Builds the fields of a job over time for the result file. `confidence`: 95 % interval of each percentile, of the
 * response time for paced jobs, else of the service time. An end is null if so few requests do not determine it; jobs
 * below five seconds have no intervals. `timeline`: one column per quantity and one row per second; jobs of over an
 * hour have one row per two or four seconds.
 */
export function timelineDocument(course: JobTimeline | undefined) {
  const { timeline = [], intervals = [], drift } = course ?? {};
  const records = [...timeline];
  const columns = Object.entries(TIMELINE_COLUMNS).map(([name, valueOf]) => [
    name,
    records.map((record) => toMicroseconds(valueOf(record))),
  ]);
  return {
    confidence: confidenceDocument(intervals),
    drift: drift === undefined ? null : { change: drift.change },
    timeline: Object.fromEntries(columns) as TimelineDocument,
  };
}

/** 95 % intervals of percentiles; empty for less than five seconds. */
export function confidenceDocument(intervals: readonly PercentileInterval[]) {
  return {
    level: 0.95,
    percentiles: Object.fromEntries(
      intervals.map(({ percent, low, high, effectiveSamples }) => [
        percentileKey(percent),
        { low_seconds: low ?? null, high_seconds: high ?? null, effective_samples: effectiveSamples },
      ]),
    ),
  };
}

/** Rounds to the microsecond, the resolution of the histogram. */
export function toMicroseconds(value: number | undefined): number | null {
  // Without a text between: a result has ten of these for each second of each job.
  return value === undefined ? null : Math.round(value * 1e6) / 1e6;
}
