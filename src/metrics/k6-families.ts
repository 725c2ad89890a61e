import {
  type Distribution,
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  type Snapshot,
} from '../recorder/snapshot.ts';
import type { Family, Labels, NativeFamily, Sample } from './family.ts';
import { nativeHistogram } from './native-histogram.ts';

/** Job of a run with the labels of k6. */
interface K6Job {
  readonly job: JobSnapshot;
  readonly labels: Labels;
}

interface K6Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly read: (job: JobSnapshot) => number;
}

/** Counters and gauges. A request that was not skipped corresponds to an iteration of k6. */
const COUNTS: readonly K6Family[] = [
  { name: 'k6_vus', type: 'gauge', help: 'Requests in flight, which equals busy connections.', read: inFlight },
  { name: 'k6_iterations_total', type: 'counter', help: 'Requests that completed, successful or not.', read: finished },
  {
    name: 'k6_dropped_iterations_total',
    type: 'counter',
    help: 'Requests that were due but not started.',
    read: ({ measured }) => measured.skipped,
  },
  {
    name: 'k6_data_sent_total',
    type: 'counter',
    help: 'Bytes sent to the target.',
    read: ({ measured }) => measured.sentBytes,
  },
  {
    name: 'k6_data_received_total',
    type: 'counter',
    help: 'Bytes received from the target.',
    read: ({ measured }) => measured.receivedBytes,
  },
  {
    name: 'k6_http_req_failed_rate',
    type: 'gauge',
    help: 'Failed requests, as a share from 0 to 1.',
    read: (job) => (finished(job) === 0 ? 0 : failed(job) / finished(job)),
  },
];

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
const DURATIONS: Readonly<Record<string, (job: JobSnapshot) => Distribution>> = {
  k6_http_req_duration: ({ measured }) => measured.service,
  k6_iteration_duration: ({ measured }) => measured.response ?? measured.service,
};

/**
 * Builds the request metrics under the names of k6's Prometheus output, for its dashboards. k6's timings within a
 * request (blocked, TLS handshake, sending, waiting, receiving) and checks have no equivalent and are absent.
 * @param snapshots with latencies
 */
export function k6Families(snapshots: readonly Snapshot[]): readonly Family[] {
  const jobs = k6Jobs(snapshots);
  const counts = COUNTS.map(({ name, type, help, read }): Family => ({
    name,
    type,
    help,
    samples: jobs.map(({ job, labels }) => ({ suffix: '', labels, value: read(job) })),
  }));
  const requests: Family = {
    name: 'k6_http_reqs_total',
    type: 'counter',
    help: 'Requests that completed, by whether the response was the expected one.',
    samples: jobs.flatMap(({ job, labels }) => [
      expected(labels, true, finished(job) - failed(job)),
      expected(labels, false, failed(job)),
    ]),
  };
  return [
    ...counts,
    requests,
    ...(jobs.length === 0 ? [] : Object.entries(DURATIONS).flatMap(([name, read]) => statistics(name, read, jobs))),
  ];
}

/** Builds the durations as native histograms, for remote write. */
export function k6NativeFamilies(snapshots: readonly Snapshot[]): readonly NativeFamily[] {
  const jobs = k6Jobs(snapshots);
  return Object.entries(DURATIONS).map(([name, read]) => ({
    name: `${name}_seconds`,
    samples: jobs.map(({ job, labels }) => ({ labels, histogram: nativeHistogram(read(job)) })),
  }));
}

function k6Jobs(snapshots: readonly Snapshot[]): readonly K6Job[] {
  return snapshots.flatMap(({ jobs, runId, agent }) =>
    jobs.map((job) => {
      const { name, type, uuid } = job;
      return { job, labels: { testid: runId, scenario: name, name, method: type, job_uuid: uuid, agent } };
    }),
  );
}

function statistics(name: string, read: (job: JobSnapshot) => Distribution, jobs: readonly K6Job[]): Family[] {
  return Object.entries(STATISTICS).map(([suffix, statistic]) => ({
    name: `${name}_${suffix}`,
    type: 'gauge',
    help: `Duration in seconds: ${suffix}.`,
    samples: jobs.flatMap(({ job, labels }): Sample[] => {
      const durations = read(job);
      const value = durations.latency.total === 0 ? undefined : statistic(durations);
      return value === undefined ? [] : [{ suffix: '', labels, value }];
    }),
  }));
}

function expected(labels: Labels, isExpected: boolean, value: number): Sample {
  return { suffix: '', labels: { ...labels, expected_response: String(isExpected) }, value };
}

function inFlight({ measured, warmUp }: JobSnapshot): number {
  return inFlightOf(measured) + (warmUp === undefined ? 0 : inFlightOf(warmUp));
}

function finished({ measured }: JobSnapshot): number {
  return requestsOf(measured);
}

function failed({ measured }: JobSnapshot): number {
  return errorsOf(measured);
}
