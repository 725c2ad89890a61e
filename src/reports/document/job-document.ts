import type { ErrorClass } from '../../shared/outcome.ts';
import { type BreakdownField, type CountField, COUNT_TABLE } from '../../recorder/counters.ts';
import {
  countOf,
  type Distribution,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  type Tally,
} from '../../recorder/snapshot.ts';
import { finite } from './finite.ts';
import { metricDocuments } from './metric-document.ts';

/**
 * Builds the JSON of one job at any moment, shared by the result file and the run status. Times in seconds, rate per
 * second of load so far; `null` for an absent value or no limit.
 */
export function jobDocument(job: JobSnapshot) {
  const { measured, warmUp } = job;
  return {
    name: job.name,
    uuid: job.uuid,
    type: job.type,
    /** Name of its operation. */
    step: job.step === '' ? null : job.step,
    status: job.status,
    limits: { duration_seconds: finite(job.durationMs / 1000), operations: finite(job.operations) },
    elapsed_seconds: job.elapsedMs / 1000,
    /** Time for which it was paused; not in `elapsed_seconds`. */
    paused_seconds: (job.pauses?.jobMs ?? 0) / 1000,
    ...countsDocument(measured),
    rate: finite(requestsOf(measured) / (job.elapsedMs / 1000)),
    service_time: latencyDocument(measured.service),
    response_time: measured.response ? latencyDocument(measured.response) : null,
    metrics: metricDocuments(job, latencyDocument),
    warm_up: warmUp ? countsDocument(warmUp) : null,
  };
}

/** Percentiles are present for any number of durations; the reader checks `count`. */
export function latencyDocument(distribution: Distribution) {
  const { latency, sumSeconds } = distribution;
  const percentile = (percent: number): number | null => percentileOf(distribution, percent) ?? null;
  return {
    count: latency.total,
    sum_seconds: sumSeconds,
    mean_seconds: finite(sumSeconds / latency.total),
    max_seconds: latency.total === 0 ? null : distribution.maxSeconds,
    percentiles_seconds: {
      p50: percentile(50),
      p75: percentile(75),
      p90: percentile(90),
      p95: percentile(95),
      p99: percentile(99),
      p99_9: percentile(99.9),
      p99_99: percentile(99.99),
    },
  };
}

/** Counts by class, detail or code. */
const BREAKDOWNS = {
  errors_by_class: ({ errors }: Tally): Readonly<Record<ErrorClass, number>> => errors,
  errors_by_detail: ({ details }: Tally) => details,
  /** Failed checks of responses by name, only those that failed. */
  failed_checks: ({ checks }: Tally) => checks,
  /** Responses by status code, only codes that occurred; null: the protocol has no status codes. */
  responses_by_status: ({ statuses }: Tally) => statuses ?? null,
} as const satisfies Readonly<Record<BreakdownField, unknown>>;

type CountsDocument = Readonly<Record<CountField, number>> & {
  readonly [Field in BreakdownField]: ReturnType<(typeof BREAKDOWNS)[Field]>;
};

function countsDocument(tally: Tally): CountsDocument {
  const fields = COUNT_TABLE.map((row) => [
    row.field,
    row.breakdown ? BREAKDOWNS[row.field](tally) : countOf(tally, row),
  ]);
  // The table has a row for each field.
  return Object.fromEntries(fields) as CountsDocument;
}
