import { LoadbotError } from '../core/errors.ts';
import { formatGoFloat } from '../metrics/go-float.ts';
import { type Distribution, jobKey, type JobSnapshot } from '../recorder/snapshot.ts';
import { courseDocument } from './course-document.ts';
import { jobDocument, latencyDocument } from './job-document.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import { phaseDocuments } from './phase-document.ts';
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
    jobs: final.jobs.map((job) => resultJob(job, result)),
    thresholds: result.thresholds.map(verdictDocument),
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
    phases: result.phases,
    sources: result.sources,
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
  return withDefaults(value as ResultDocument);
}

/** What older files of this version lack. */
function withDefaults(document: ResultDocument): ResultDocument {
  const jobs = document.jobs.map((job) => Object.assign({}, courseDocument(undefined), job));
  return { ...Object.assign({ thresholds: [] }, document), jobs };
}

function resultJob(job: JobSnapshot, result: RunResult) {
  const { measured } = job;
  return {
    ...jobDocument(job),
    connections: result.connections[job.uuid] ?? null,
    pace: result.paces[jobKey(job)] ?? null,
    planned: result.planned[jobKey(job)] ?? null,
    service_time: distributionDocument(measured.service),
    response_time: measured.response ? distributionDocument(measured.response) : null,
    schedule_lag: measured.lag ? distributionDocument(measured.lag) : null,
    ...courseDocument(result.courses[jobKey(job)]),
    phases: phaseDocuments(job),
  };
}

/** `limit` and `value` in `unit`, `value` null where nothing could be judged; `job` null: all jobs, or a query. */
function verdictDocument({ job, uuid, jobType, text, metric, unit, operator, limit, value, ok, reason }: Verdict) {
  return {
    job: job === '' ? null : job,
    job_uuid: uuid === '' ? null : uuid,
    job_type: jobType === '' ? null : jobType,
    threshold: text,
    metric,
    unit,
    operator,
    limit,
    value: value ?? null,
    ok,
    reason: reason ?? null,
  };
}

/** Buckets are cumulative, with `le` spelled as in the metrics; `hdr` is HdrHistogram's V2 encoding, in microseconds. */
function distributionDocument(distribution: Distribution) {
  let below = 0;
  return {
    ...latencyDocument(distribution),
    buckets: distribution.counts.map((count, index) => {
      below += count;
      return { le: formatGoFloat(distribution.bounds[index] ?? Infinity), count: below };
    }),
    hdr: distribution.latency.toBase64(),
  };
}
