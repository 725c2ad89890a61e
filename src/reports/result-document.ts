import type { ErrorClass } from '../core/outcome.ts';
import { LoadbotError } from '../core/errors.ts';
import {
  type Distribution,
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  type Tally,
} from '../recorder/snapshot.ts';
import type { RunResult } from './report.ts';
import { type Warning, warningsOf } from './warnings.ts';

const KIND = 'loadbot_result';
const SCHEMA_VERSION = 1;

/** The result file: everything a run has found out. Times in seconds; `null` for what there is not, or has no limit. */
export type ResultDocument = ReturnType<typeof toResultDocument>;

/** The result as it is written to a file. A new field keeps `schema_version`; a changed or missing one raises it. */
export function toResultDocument(result: RunResult) {
  const { final } = result;
  return {
    kind: KIND,
    schema_version: SCHEMA_VERSION,
    run_id: final.runId,
    workload: final.workload,
    agent: final.agent,
    target: result.target,
    threads: result.threads,
    seed: result.seed,
    versions: result.versions,
    started_at: new Date(result.startedEpochMs).toISOString(),
    ended_at: new Date(result.endedEpochMs).toISOString(),
    elapsed_seconds: (result.endedEpochMs - result.startedEpochMs) / 1000,
    end: result.end,
    reason: result.reason ?? null,
    jobs: final.jobs.map((job) => jobDocument(job, result)),
    failures: result.failures.map(({ job, uuid, errorClass, message }) => ({
      job,
      job_uuid: uuid,
      class: errorClass,
      message,
    })),
    deliveries: result.deliveries.map((delivery) => ({
      target: delivery.target,
      delivered_samples: delivery.deliveredSamples,
      undelivered_samples: delivery.undeliveredSamples,
      last_error: delivery.lastError ?? null,
    })),
    warnings: warningsOf(result) as readonly Warning[],
  };
}

/**
 * Reads a result file back.
 * @throws {LoadbotError} `config_invalid` when it is none, or of a version that this program does not know
 */
export function parseResultDocument(text: string, path: string): ResultDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LoadbotError('config_invalid', `${path} is not JSON`, { cause });
  }
  const { kind, schema_version: version } = Object(value) as Record<string, unknown>;
  if (kind !== KIND) throw new LoadbotError('config_invalid', `${path} is not a result of loadbot-agent`);
  if (version !== SCHEMA_VERSION) {
    throw new LoadbotError('config_invalid', `${path} has schema_version ${String(version)}, not ${SCHEMA_VERSION}`, {
      hint: 'read it with the version of loadbot-agent that wrote it',
    });
  }
  return value as ResultDocument;
}

function jobDocument(job: JobSnapshot, result: RunResult) {
  const { measured, warmUp } = job;
  return {
    name: job.name,
    uuid: job.uuid,
    type: job.type,
    status: job.status,
    connections: result.connections[job.uuid] ?? null,
    limits: { duration_seconds: finite(job.durationMs / 1000), operations: finite(job.operations) },
    elapsed_seconds: job.elapsedMs / 1000,
    pace: result.paces[job.uuid] ?? null,
    planned: result.planned[job.uuid] ?? null,
    ...countsDocument(measured),
    rate: finite(requestsOf(measured) / (job.elapsedMs / 1000)),
    service_time: distributionDocument(measured.service),
    response_time: measured.response ? distributionDocument(measured.response) : null,
    schedule_lag: measured.lag ? distributionDocument(measured.lag) : null,
    warm_up: warmUp ? countsDocument(warmUp) : null,
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
    aborted: tally.aborted,
    in_flight: inFlightOf(tally),
    skipped: tally.skipped,
    sent_bytes: tally.sentBytes,
    received_bytes: tally.receivedBytes,
  };
}

/**
 * Percentiles are given for any number of durations: whether `count` supports one is for the reader to judge.
 * Buckets are cumulative, with `le` spelled as in the metrics; `hdr` is HdrHistogram's V2 encoding, in microseconds.
 */
function distributionDocument(distribution: Distribution) {
  const { latency, sumSeconds } = distribution;
  const percentile = (percent: number): number | null => percentileOf(distribution, percent) ?? null;
  let below = 0;
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
    buckets: distribution.counts.map((count, index) => {
      below += count;
      return { le: distribution.bounds[index]?.toString() ?? '+Inf', count: below };
    }),
    hdr: latency.toBase64(),
  };
}

/** JSON has no infinity and no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
