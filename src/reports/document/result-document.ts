import { formatGoFloat } from '../../metrics/text.ts';
import { encodeHdr } from '../../recorder/hdr-encoding.ts';
import { type Distribution, type FailureSample, jobKey, type JobSnapshot } from '../../recorder/snapshot.ts';
import { groupBy } from '../../shared/group-by.ts';
import { timelineDocument } from './timeline-document.ts';
import { floorDocument, environmentDocument, type EnvironmentDocument } from './environment-document.ts';
import { agentDocument } from './agent-document.ts';
import { changeDocument } from './change-document.ts';
import { jobDocument, latencyDocument } from './job-document.ts';
import { validityDocument } from '../../validity/finding.ts';
import { metricDocuments } from './metric-document.ts';
import { phaseDocuments } from './phase-document.ts';
import type { PartialRunResult } from '../report.ts';
import { finishSteps } from '../work-in-steps.ts';
import { thresholdDocument } from './threshold-document.ts';
import { type ResultWarning, warningsOf } from './warnings.ts';

/** `kind` and `schema_version` of a result file. */
export const KIND = 'loadbot_result';
export const SCHEMA_VERSION = 1;

/** The result file. Times in seconds; `null` for an absent value or no limit. */
export type ResultDocument = ReturnType<typeof toResultDocument>;

/** One job, or one request type of a mixed job. */
export type ResultJob = ResultDocument['jobs'][number];

export type ResultThreshold = ResultDocument['thresholds'][number];

/** Percentiles and histogram of one duration. */
export type ResultDurations = ResultJob['service_time'];

/** One column per quantity, one row per interval. */
export type ResultTimeline = ResultJob['timeline'];

/** 95 % confidence interval of a percentile, in seconds; `null` at an undetermined end. */
export type ResultInterval = ResultJob['confidence']['percentiles'][string];

/** Requests of a job during a phase of the system under test, and outside of it. */
export type ResultPhase = ResultJob['phases'][number];

/** Metrics that a run read from the system under test. */
export type ResultSource = ResultDocument['sources'][number];
export type ResultSeries = ResultSource['series'][number];

/** Returns one entry per job: the first request type of a mixed job. */
export function distinctJobs(jobs: readonly ResultJob[]): readonly ResultJob[] {
  return [...groupBy(jobs, ({ uuid }) => uuid).values()].flatMap(([first]) => first ?? []);
}

/** Builds the result document. A new field keeps `schema_version`; a changed or removed one raises it. */
export function toResultDocument(result: PartialRunResult) {
  return finishSteps(buildResultInSteps(result));
}

/** Builds the result document, each job in a step. */
export function* buildResultInSteps(result: PartialRunResult) {
  const { jobs: snapshots, ...run } = runDocument(result);
  const jobs: ReturnType<typeof jobResult>[] = [];
  for (const snapshot of snapshots) {
    jobs.push(jobResult(snapshot, result));
    yield;
  }
  return { ...run, jobs };
}

/** Builds the result document with snapshots in place of the job documents. */
export function runDocument(result: PartialRunResult) {
  const { final } = result;
  return {
    kind: KIND,
    schema_version: SCHEMA_VERSION,
    run_id: final.runId,
    workload: final.workload,
    agent: final.agent,
    target: result.target,
    threads: result.threads,
    agents: result.agents.map((agent) => agentDocument(agent, result.startedEpochMs)),
    seed: result.seed,
    versions: result.versions,
    environment: environmentDocument(result.machine) as EnvironmentDocument | null,
    links: result.links,
    started_at: new Date(result.startedEpochMs).toISOString(),
    ended_at: new Date(result.endedEpochMs).toISOString(),
    elapsed_seconds: (result.endedEpochMs - result.startedEpochMs) / 1000,
    end: result.end,
    reason: result.reason ?? null,
    partial: result.partial,
    verdict: result.verdict ?? null,
    exit_status: result.exitStatus ?? null,
    /** Changes of the load while it ran, in chronological order. */
    changes: result.changes.map((change) => changeDocument(change, result.startedEpochMs)),
    jobs: final.jobs,
    validity: validityDocument(result.validity),
    thresholds: result.thresholds.map(thresholdDocument),
    failures: result.failures.map(failureDocument),
    floor: floorDocument(result.floor),
    deliveries: result.deliveries.map((delivery) => ({
      target: delivery.target,
      delivered_samples: delivery.deliveredSamples,
      undelivered_samples: delivery.undeliveredSamples,
      last_error: delivery.lastError ?? null,
    })),
    phases: result.phases,
    waits: result.waits,
    sources: result.sources,
    workload_as_run: result.workloadAsRun,
    warnings: warningsOf(result) as readonly ResultWarning[],
  };
}

/** The first message of an error class in a job. */
export function failureDocument({ job, uuid, errorClass, message }: FailureSample) {
  return { job, job_uuid: uuid, class: errorClass, message };
}

/** Builds the document of one job, or of one request type of a mixed job. */
export function jobResult(job: JobSnapshot, result: PartialRunResult) {
  const { measured } = job;
  return {
    ...jobDocument(job),
    connections: result.connections[job.uuid] ?? null,
    pace: result.paces[jobKey(job)] ?? null,
    planned: result.planned[jobKey(job)] ?? null,
    service_time: distributionDocument(measured.service),
    response_time: measured.response ? distributionDocument(measured.response) : null,
    schedule_lag:
      measured.lag && isScheduled(measured.lag, measured.service) ? distributionDocument(measured.lag) : null,
    metrics: metricDocuments(job, distributionDocument),
    ...timelineDocument(result.courses[jobKey(job)]),
    phases: phaseDocuments(job, result.courses[jobKey(job)]),
  };
}

/** Whether requests had lags: the first step of a paced scenario has a response time, but its iteration has the lag. */
function isScheduled(lag: Distribution, service: Distribution): boolean {
  return lag.latency.total > 0 || service.latency.total === 0;
}

type DistributionDocument = ReturnType<typeof encodeDistribution>;

/** Documents of distributions. An ended job keeps its distributions, so that its document is encoded once. */
const encoded = new WeakMap<Distribution, DistributionDocument>();

function distributionDocument(distribution: Distribution): DistributionDocument {
  const document = encoded.get(distribution) ?? encodeDistribution(distribution);
  encoded.set(distribution, document);
  return document;
}

/**
 * Buckets are cumulative, with `le` formatted as in the metrics; `hdr` is HdrHistogram's V2 encoding, in microseconds.
 */
function encodeDistribution(distribution: Distribution) {
  let below = 0;
  return {
    ...latencyDocument(distribution),
    buckets: distribution.counts.map((count, index) => {
      below += count;
      return { le: formatGoFloat(distribution.bounds[index] ?? Infinity), count: below };
    }),
    hdr: encodeHdr(distribution.latency),
  };
}
