import { groupBy } from '../../shared/group-by.ts';
import { requestParts, scheduledParts } from '../../shared/job-parts.ts';
import type { Histogram } from 'hdr-histogram-js';
import { mergeDurations, mergeTimes } from '../document/decode-durations.ts';
import {
  distinctJobs,
  type ResultDocument,
  type ResultDurations,
  type ResultJob,
} from '../document/result-document.ts';

/**
 * Renders the result in the format of k6's `--summary-export`, for widgets that read it. Times in milliseconds. Both
 * `waiting` and `duration` are the primary latency: response time of paced jobs, service time of others. Without a
 * scenario, one request is one iteration.
 */
export function renderK6(document: ResultDocument): string {
  const { jobs, thresholds } = document;
  const ofJob = ([name, parts]: readonly [string, readonly ResultJob[]]): Record<string, unknown> => {
    return Object.fromEntries(
      Object.entries(metricsOf(parts, document)).map(([metric, values]) => [`${metric}{job:${name}}`, values]),
    );
  };
  const metrics: Record<string, unknown> = Object.assign(
    {},
    metricsOf(jobs, document),
    ...[...groupBy(jobs, ({ name }) => name)].map(ofJob),
  );
  const document6 = {
    metrics,
    // k6 writes true for crossed thresholds.
    thresholds: Object.fromEntries(
      thresholds.map(({ job, threshold, ok }) => [`${job === null ? '' : `${job}: `}${threshold}`, !ok]),
    ),
    root_group: { name: '', path: '', id: ROOT_GROUP, groups: {}, checks: {} },
  };
  return `${JSON.stringify(document6, null, 2)}\n`;
}

/** Id of k6's root group: the MD5 of the empty string. */
const ROOT_GROUP = 'd41d8cd98f00b204e9800998ecf8427e';

/** Builds k6's metrics for these jobs. */
export function metricsOf(jobs: readonly ResultJob[], { elapsed_seconds: seconds }: ResultDocument) {
  const [sent, scheduled] = [requestParts(jobs), scheduledParts(jobs)];
  const total = (count: (job: ResultJob) => number, parts = sent): number =>
    parts.reduce((sum, job) => sum + count(job), 0);
  const counter = (count: number): { count: number; rate: number } => ({
    count,
    rate: seconds > 0 ? count / seconds : 0,
  });
  const share = (passes: number, fails: number): { passes: number; fails: number; value: number } => ({
    passes,
    fails,
    value: passes + fails > 0 ? passes / (passes + fails) : 0,
  });
  const requests = total((job) => job.requests);
  const errors = total((job) => job.errors);
  const connections = distinctJobs(jobs).reduce((sum, job) => sum + (job.connections ?? 0), 0);
  const trend = trendOf(sent);
  return {
    http_reqs: counter(requests),
    iterations: counter(total((job) => job.requests, scheduled)),
    dropped_iterations: counter(total((job) => job.skipped, scheduled)),
    http_req_duration: trend,
    http_req_waiting: trendOfMetric(sent, 'first_byte') ?? trend,
    iteration_duration: trendOf(scheduled),
    http_req_failed: share(errors, requests - errors),
    checks: share(requests - errors, errors),
    data_sent: counter(total((job) => job.sent_bytes)),
    data_received: counter(total((job) => job.received_bytes)),
    vus: { value: connections, min: connections, max: connections },
    vus_max: { value: connections, min: connections, max: connections },
    ...customMetrics(jobs, counter),
  };
}

/** Additional metrics under their own names; k6 has its own name for the time to the first byte. */
function customMetrics(
  jobs: readonly ResultJob[],
  counter: (count: number) => unknown,
): Readonly<Record<string, unknown>> {
  const names = new Set(jobs.flatMap(({ metrics }) => Object.keys(metrics)));
  names.delete('first_byte');
  const totalOf = (name: string): number => jobs.reduce((sum, { metrics }) => sum + (metrics[name]?.total ?? 0), 0);
  return Object.fromEntries([...names].map((name) => [name, trendOfMetric(jobs, name) ?? counter(totalOf(name))]));
}

/** Statistics of an additional trend; `undefined` if no job has values of it. */
function trendOfMetric(jobs: readonly ResultJob[], name: string): Readonly<Record<string, number>> | undefined {
  const used = jobs.flatMap((job) => job.metrics[name]?.durations ?? []).filter(({ count }) => count > 0);
  return used.length === 0 ? undefined : statisticsOf(used, mergeTimes(used, name));
}

function trendOf(jobs: readonly ResultJob[]): Readonly<Record<string, number>> {
  const used = jobs.map(({ response_time: response, service_time: service }) => response ?? service);
  return statisticsOf(used, mergeDurations(jobs));
}

function statisticsOf(used: readonly ResultDurations[], durations: Histogram): Readonly<Record<string, number>> {
  const count = used.reduce((sum, times) => sum + times.count, 0);
  const maxMs = Math.max(0, ...used.map((times) => times.max_seconds ?? 0)) * 1000;
  const percentile = (percent: number): number => Math.min(durations.getValueAtPercentile(percent) / 1000, maxMs);
  return {
    avg: count === 0 ? 0 : (used.reduce((sum, times) => sum + times.sum_seconds, 0) / count) * 1000,
    min: count === 0 ? 0 : durations.minNonZeroValue / 1000,
    med: percentile(50),
    max: maxMs,
    'p(90)': percentile(90),
    'p(95)': percentile(95),
    'p(99)': percentile(99),
  };
}

/**
 * Renders the metrics that GitLab's load performance widget reads (`artifacts:reports:load_performance`):
 * https://docs.gitlab.com/ci/testing/load_performance_testing/
 */
export function renderGitlab(document: ResultDocument): string {
  const { http_reqs, http_req_waiting, checks } = metricsOf(document.jobs, document);
  return `${JSON.stringify({ metrics: { http_reqs, http_req_waiting, checks } }, null, 2)}\n`;
}
