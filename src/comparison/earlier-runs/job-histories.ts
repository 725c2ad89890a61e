import { groupBy } from '../../shared/group-by.ts';
import type { CounterHistory } from './run-series.ts';

/** Bucket counts of a histogram at several moments in the order of time. */
export interface BucketHistory {
  /** Upper bounds in seconds, ascending, the last infinite. */
  readonly bounds: readonly number[];
  /** For each bound the cumulative count of durations up to it, at each moment. */
  readonly counts: readonly (readonly number[])[];
}

/** Counters of one job of a run, or of its requests in a phase, over time; summed over all agents. */
export interface JobHistory {
  readonly job: string;
  readonly type: string;
  readonly step: string | undefined;
  readonly phase: string | undefined;
  /** Cumulative count at each moment; empty for a phase. */
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  /** Response time if recorded, else service time. */
  readonly times: BucketHistory | undefined;
  /** Duration in seconds including warm-up; 0 if the job did not end. */
  readonly ranSeconds: number;
  readonly warmedUp: boolean;
}

/** History of a run, read from its series. */
export interface RunHistory {
  /** Jobs that sent requests, in the order of their first request. */
  readonly jobs: readonly JobHistory[];
  /** Jobs that did not complete. */
  readonly unfinished: readonly string[];
}

export function buildRunHistory(series: readonly CounterHistory[]): RunHistory {
  const byName = groupBy(series, ({ labels }) => labels.__name__ ?? '');
  const named = (name: string): readonly CounterHistory[] => byName.get(name) ?? [];
  const ofJob = (name: string, uuid: string): readonly CounterHistory[] =>
    named(name).filter(({ labels }) => labels.job_uuid === uuid);
  const wholes = groupBy(named('requests_total'), ({ labels }) => keyOf(labels));
  const jobs = [...wholes.values()].flatMap((counted): JobHistory[] => {
    const [first] = counted;
    if (first === undefined) return [];
    const { labels } = first;
    const { job_uuid: uuid = '', job_type: type = '', step } = labels;
    const own = (name: string) => named(name).filter((one) => keyOf(one.labels) === keyOf(labels));
    const requests = sumOf(counted);
    const whole: JobHistory = {
      job: jobNameOf(labels),
      type,
      step,
      phase: undefined,
      requests,
      errors: sumOf(own('requests_error')),
      times: bucketsOf(own('requests_response_seconds_bucket')) ?? bucketsOf(own('requests_duration_seconds_bucket')),
      ranSeconds: Math.max(0, ...ofJob('job_run_duration_seconds_sum', uuid).map(({ values }) => values.at(-1) ?? 0)),
      warmedUp: own('requests_warm_up_total').length > 0,
    };
    const response = own('requests_phase_response_seconds_bucket');
    const inPhases = response.length > 0 ? response : own('requests_phase_duration_seconds_bucket');
    const phases = [...groupBy(inPhases, ({ labels: { phase = '' } }) => phase)].map(([phase, buckets]) =>
      Object.assign({}, whole, { phase, times: bucketsOf(buckets) }),
    );
    return [whole, ...phases].filter(({ times }) => (times?.counts.at(-1)?.at(-1) ?? 0) > 0);
  });
  const ends = named('jobs_status').filter(({ labels }) => labels.status === 'completed');
  return {
    jobs: jobs.toSorted((a, b) => firstOf(a) - firstOf(b)),
    unfinished: [...new Set(ends.filter(({ values }) => values.at(-1) !== 1).map(({ labels }) => jobNameOf(labels)))],
  };
}

/** Name of the job: a scraper or a gateway that sets `job` itself moves it to another label. */
function jobNameOf({ workload_job: grouped, exported_job: exported, job = '' }: CounterHistory['labels']): string {
  return grouped ?? exported ?? job;
}

function keyOf({ job_uuid: uuid, job_type: type, step = '' }: CounterHistory['labels']): string {
  return `${uuid}/${type}/${step}`;
}

function bucketsOf(series: readonly CounterHistory[]): BucketHistory | undefined {
  if (series.length === 0) return undefined;
  const byBound = groupBy(series, ({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)));
  const sorted = [...byBound].toSorted(([a], [b]) => a - b);
  return { bounds: sorted.map(([bound]) => bound), counts: sorted.map(([, ofBound]) => sumOf(ofBound)) };
}

/** Sums over all agents. Duplicate series of an agent, such as scraped and pushed ones, count once. */
function sumOf(series: readonly CounterHistory[]): readonly number[] {
  const [first = { values: [] }] = series;
  const agents = [...groupBy(series, ({ labels }) => labels.agent).values()];
  return first.values.map((_, at) =>
    agents.reduce((sum, copies) => sum + Math.max(...copies.map(({ values }) => values[at] ?? 0)), 0),
  );
}

/** Index of the first moment with requests. */
function firstOf({ requests }: JobHistory): number {
  return requests.findIndex((count) => count > 0);
}
