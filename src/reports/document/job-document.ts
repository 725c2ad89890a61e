import type { ErrorClass } from '../../shared/outcome.ts';
import {
  type Distribution,
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  type Tally,
} from '../../recorder/snapshot.ts';

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
    status: job.status,
    limits: { duration_seconds: finite(job.durationMs / 1000), operations: finite(job.operations) },
    elapsed_seconds: job.elapsedMs / 1000,
    ...countsDocument(measured),
    rate: finite(requestsOf(measured) / (job.elapsedMs / 1000)),
    service_time: latencyDocument(measured.service),
    response_time: measured.response ? latencyDocument(measured.response) : null,
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

function countsDocument(tally: Tally) {
  return {
    started: tally.started,
    requests: requestsOf(tally),
    ok: tally.ok,
    miss: tally.miss,
    errors: errorsOf(tally),
    errors_by_class: tally.errors satisfies Readonly<Record<ErrorClass, number>>,
    errors_by_detail: tally.details,
    /** Responses by status code, only codes that occurred; null: the protocol has no status codes. */
    responses_by_status: tally.statuses ?? null,
    aborted: tally.aborted,
    in_flight: inFlightOf(tally),
    skipped: tally.skipped,
    sent_bytes: tally.sentBytes,
    received_bytes: tally.receivedBytes,
  };
}

/** Returns `null` for infinity and NaN, which JSON lacks. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
