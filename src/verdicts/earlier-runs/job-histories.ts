import { groupBy } from '../group-by.ts';
import type { BucketHistory } from './bucket-percentile.ts';
import type { CounterHistory } from './run-series.ts';

/** What a server knows of one job of a run, or of its part in a phase; of all agents together. */
export interface JobHistory {
  readonly job: string;
  readonly type: string;
  readonly phase: string | undefined;
  /** Counted up to each moment; empty of a phase. */
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  /** Response time where there is one, else service time. */
  readonly times: BucketHistory | undefined;
  /** How long it ran, with its warm-up; 0 when it did not end. */
  readonly ranSeconds: number;
  readonly warmedUp: boolean;
}

/** What a run's series tell. */
export interface RunHistory {
  /** In the order in which they sent their first requests; of those that sent any. */
  readonly jobs: readonly JobHistory[];
  /** Jobs that were not carried out to their end. */
  readonly unfinished: readonly string[];
}

export function historyOf(series: readonly CounterHistory[]): RunHistory {
  const byName = groupBy(series, ({ labels }) => labels.__name__ ?? '');
  const named = (name: string): readonly CounterHistory[] => byName.get(name) ?? [];
  const ofJob = (name: string, uuid: string): readonly CounterHistory[] =>
    named(name).filter(({ labels }) => labels.job_uuid === uuid);
  const wholes = groupBy(named('requests_total'), ({ labels }) => keyOf(labels));
  const jobs = [...wholes.values()].flatMap((counted): JobHistory[] => {
    const [first] = counted;
    if (first === undefined) return [];
    const { labels } = first;
    const { job_uuid: uuid = '', job_type: type = '' } = labels;
    const own = (name: string) => named(name).filter((one) => keyOf(one.labels) === keyOf(labels));
    const requests = sumOf(counted);
    const whole: JobHistory = {
      job: jobNameOf(labels),
      type,
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

/** Where `job` is somebody else's on the way, the job's name is under one of the others. */
function jobNameOf({ workload_job: grouped, exported_job: exported, job = '' }: CounterHistory['labels']): string {
  return grouped ?? exported ?? job;
}

function keyOf({ job_uuid: uuid, job_type: type }: CounterHistory['labels']): string {
  return `${uuid}/${type}`;
}

function bucketsOf(series: readonly CounterHistory[]): BucketHistory | undefined {
  if (series.length === 0) return undefined;
  const byBound = groupBy(series, ({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)));
  const sorted = [...byBound].toSorted(([a], [b]) => a - b);
  return { bounds: sorted.map(([bound]) => bound), counts: sorted.map(([, ofBound]) => sumOf(ofBound)) };
}

/** Over all agents; what is there twice of one, as when it is scraped and pushes too, counts once. */
function sumOf(series: readonly CounterHistory[]): readonly number[] {
  const [first = { values: [] }] = series;
  const agents = [...groupBy(series, ({ labels }) => labels.agent).values()];
  return first.values.map((_, at) =>
    agents.reduce((sum, copies) => sum + Math.max(...copies.map(({ values }) => values[at] ?? 0)), 0),
  );
}

/** The moment at which it had sent something. */
function firstOf({ requests }: JobHistory): number {
  return requests.findIndex((count) => count > 0);
}
