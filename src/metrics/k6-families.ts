import { countsIterations } from '../shared/job-type.ts';
import { defineFamilies, each, type FamilyRow, single } from './define-families.ts';
import { SeriesLabels } from './series-labels.ts';
import {
  type Distribution,
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  type Snapshot,
} from '../recorder/snapshot.ts';
import type { Family, NativeFamily, NativeHistogram, Sample } from './family.ts';

/** Job of a run with the labels of k6. */
interface K6Job {
  /** Whether it counts iterations; a job without a scenario counts both, because one request is one iteration. */
  readonly hasIterations: boolean;
  readonly hasRequests: boolean;
  readonly job: JobSnapshot;
  readonly series: SeriesLabels;
}

const CHECKS = 'k6_checks_rate';

/** Counters and gauges. Without a scenario, a request corresponds to an iteration of k6. */
const buildCounts = defineFamilies<K6Job>([
  {
    name: 'k6_vus',
    type: 'gauge',
    help: 'Requests in flight, which equals busy connections; iterations in progress of a scenario.',
    read: ofIterations(({ job: { measured, warmUp } }) => inFlightOf(measured) + (warmUp ? inFlightOf(warmUp) : 0)),
  },
  {
    name: 'k6_iterations_total',
    type: 'counter',
    help: 'Requests, or iterations of a scenario, that completed, successful or not.',
    read: ofIterations(finished),
  },
  {
    name: 'k6_dropped_iterations_total',
    type: 'counter',
    help: 'Requests, or iterations of a scenario, that were due but not started.',
    read: ofIterations(({ job }) => job.measured.skipped),
  },
  {
    name: 'k6_data_sent_total',
    type: 'counter',
    help: 'Bytes sent to the target.',
    read: ofRequests(({ job }) => job.measured.sentBytes),
  },
  {
    name: 'k6_data_received_total',
    type: 'counter',
    help: 'Bytes received from the target.',
    read: ofRequests(({ job }) => job.measured.receivedBytes),
  },
  {
    name: 'k6_http_req_failed_rate',
    type: 'gauge',
    help: 'Failed requests, as a share from 0 to 1.',
    read: ofRequests((job) => (finished(job) === 0 ? 0 : failed(job) / finished(job))),
  },
  {
    name: 'k6_http_reqs_total',
    type: 'counter',
    help: 'Requests that completed, by whether the response was the expected one.',
    read: (job) => (job.hasRequests ? readByExpectation(job) : []),
  },
  {
    name: CHECKS,
    type: 'gauge',
    help: 'Share of the completed requests, from 0 to 1, in which the check did not fail.',
    read: (job) => checkRates(job),
  },
]);

function ofIterations(valueOf: (job: K6Job) => number): FamilyRow<K6Job>['read'] {
  return single((job) => (job.hasIterations ? valueOf(job) : undefined));
}

function ofRequests(valueOf: (job: K6Job) => number): FamilyRow<K6Job>['read'] {
  return single((job) => (job.hasRequests ? valueOf(job) : undefined));
}

const readByExpectation = each('expected_response', ['true', 'false'], (job: K6Job, expected) =>
  expected === 'true' ? finished(job) - failed(job) : failed(job),
);

function checkRates(k6Job: K6Job): readonly Sample[] {
  const { job, series } = k6Job;
  if (job.checkNames === undefined) return [];
  const requests = finished(k6Job);
  return series.each('check', job.checkNames).map((labels) => {
    const { check = '' } = labels;
    const value = requests === 0 ? 1 : 1 - (job.measured.checks[check] ?? 0) / requests;
    return { suffix: '', labels, value };
  });
}

/** Statistics of a duration by the suffix of their k6 name. Seconds; percentiles have 3 significant digits. */
const STATISTICS: Readonly<Record<string, (durations: Distribution) => number | undefined>> = {
  min: ({ latency }) => latency.boundsOfRank(1)?.low,
  avg: ({ sumSeconds, latency: { total } }) => sumSeconds / total,
  med: (durations) => percentileOf(durations, 50),
  p90: (durations) => percentileOf(durations, 90),
  p95: (durations) => percentileOf(durations, 95),
  p99: (durations) => percentileOf(durations, 99),
  max: ({ maxSeconds }) => maxSeconds,
};

/** Durations by their k6 name: `http_req` from the start of the request, `iteration` from its intended start. */
const DURATIONS: Readonly<Record<string, (job: K6Job) => Distribution | undefined>> = {
  k6_http_req_duration: ({ job: { measured }, hasRequests }) => (hasRequests ? measured.service : undefined),
  k6_iteration_duration: ({ job: { measured }, hasIterations }) =>
    hasIterations ? (measured.response ?? measured.service) : undefined,
};

const buildDurations = defineFamilies<K6Job>(
  Object.entries(DURATIONS).flatMap(([name, read]) =>
    Object.entries(STATISTICS).map(([suffix, statistic]) => ({
      name: `${name}_${suffix}`,
      type: 'gauge' as const,
      help: `Duration in seconds: ${suffix}.`,
      read: single((job: K6Job) => {
        const durations = read(job);
        return durations === undefined || durations.latency.total === 0 ? undefined : statistic(durations);
      }),
    })),
  ),
);

/**
 * Builds the request metrics under the names of k6's Prometheus output, for its dashboards. k6's timings within a
 * request (blocked, TLS handshake, sending, waiting, receiving) have no equivalent and are absent.
 * @param snapshots with latencies
 */
export function k6Families(snapshots: readonly Snapshot[]): readonly Family[] {
  const jobs = k6Jobs(snapshots);
  return [...buildCounts(jobs), ...buildDurations(jobs)].filter(
    ({ name, samples }) => name !== CHECKS || samples.length > 0,
  );
}

/** Builds the durations as native histograms, for remote write. */
export function k6NativeFamilies(snapshots: readonly Snapshot[]): readonly NativeFamily[] {
  const jobs = k6Jobs(snapshots);
  return Object.entries(DURATIONS).map(([name, read]) => ({
    name: `${name}_seconds`,
    samples: jobs.flatMap((job) => {
      const durations = read(job);
      return durations === undefined ? [] : [{ labels: job.series.own, histogram: nativeHistogram(durations) }];
    }),
  }));
}

function k6Jobs(snapshots: readonly Snapshot[]): readonly K6Job[] {
  return snapshots.flatMap(({ jobs, runId, agent }) => {
    const scenarios = new Set(jobs.filter(countsIterations).map(({ uuid }) => uuid));
    return jobs.map((job) => {
      const { name, type, step, uuid } = job;
      const request = step === '' ? name : step;
      const labels = { testid: runId, scenario: name, name: request, method: type, job_uuid: uuid, agent };
      const hasRequests = !countsIterations(job);
      const hasIterations = !hasRequests || !scenarios.has(uuid);
      return { job, hasRequests, hasIterations, series: new SeriesLabels(labels) };
    });
  });
}

function finished({ job }: K6Job): number {
  return requestsOf(job.measured);
}

function failed({ job }: K6Job): number {
  return errorsOf(job.measured);
}

/** Eight buckets per power of two, a factor of 1.09, as in k6. */
const SCHEMA = 3;
const PER_POWER_OF_TWO = 2 ** SCHEMA;

/**
 * Converts a distribution into a native histogram, in seconds. A duration may count in the adjacent bucket, since
 * durations are recorded to 3 significant digits.
 */
function nativeHistogram({ latency, sumSeconds }: Distribution): NativeHistogram {
  const buckets = new Map<number, number>();
  let zeroCount = 0;
  for (const [micros, count] of latency.recorded()) {
    if (micros === 0) {
      zeroCount += count;
      continue;
    }
    const index = Math.ceil(Math.log2(micros / 1e6) * PER_POWER_OF_TWO);
    buckets.set(index, (buckets.get(index) ?? 0) + count);
  }
  // Recorded values ascend, so the indexes do too.
  return { schema: SCHEMA, count: latency.total, sum: sumSeconds, zeroCount, buckets: [...buckets] };
}
