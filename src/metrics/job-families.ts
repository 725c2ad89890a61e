import type { JobSnapshot, Snapshot } from '../recorder/snapshot.ts';
import type { Family, Labels, Sample } from './family.ts';
import { FAILED_ACTIONS, failedActionOf } from './job-failure.ts';
import type { JobLabels } from './job-labels.ts';
import type { SeriesLabels } from './series-labels.ts';

const ENDS = ['completed', 'failed', 'canceled'] as const;
const COUNTED = ['started', ...ENDS] as const;
/** Of one job all quantiles are equal; they exist for panels that chart summaries by quantile. */
const QUANTILES = ['0.5', '0.9', '0.99'] as const;
const STATES = ['in_progress', ...ENDS] as const;

/** A job as a whole: its parts, one for each type of request that it sends, begin and end together. */
interface WholeJob {
  readonly job: JobSnapshot;
  readonly parts: readonly JobSnapshot[];
  readonly series: SeriesLabels;
  readonly runId: string;
}

interface JobFamily {
  readonly name: string;
  readonly type: Family['type'];
  readonly help: string;
  readonly read: (job: WholeJob) => readonly Sample[];
}

const JOB_FAMILIES: readonly JobFamily[] = [
  {
    name: 'loadbot_job_info',
    type: 'gauge',
    help: 'Always 1: the run that a job is of.',
    read: ({ series, runId }) => [{ suffix: '', labels: { ...series.own, run_id: runId }, value: 1 }],
  },
  {
    name: 'jobs_total',
    type: 'counter',
    help: 'Jobs that were started, and that ended, by how; one whose turn never came is canceled without a start.',
    read: ({ job, series }) =>
      perValue(series, 'status', COUNTED, (status) => (status === 'started' ? job.opened : job.status === status)),
  },
  {
    name: 'jobs_status',
    type: 'gauge',
    help: '1 for what the job is now, 0 for the others; all 0 before its turn has come.',
    read: ({ job, series }) =>
      perValue(series, 'status', STATES, (status) =>
        status === 'in_progress' ? isInProgress(job) : job.status === status,
      ),
  },
  {
    name: 'jobs_in_progress',
    type: 'gauge',
    help: '1 from when the job is started, before its connections are open, until it has ended, else 0.',
    read: ({ job, series }) => one(series.own, isInProgress(job)),
  },
  {
    name: 'jobs_warm_up',
    type: 'gauge',
    help: '1 while the job warms up, else 0.',
    read: ({ job, series }) => one(series.own, job.status === 'warm_up'),
  },
  {
    name: 'job_failures_total',
    type: 'counter',
    help: 'Jobs that could not do what they should, by where: get a connection, run to the end, or finish what was under way.',
    read: ({ parts, series }) => {
      const failed = failedActionOf(parts);
      return perValue(series, 'action', FAILED_ACTIONS, (action) => action === failed);
    },
  },
  {
    name: 'job_run_duration_seconds',
    type: 'summary',
    help: 'How long jobs ran, from the start of their load, warm-up included, to their end.',
    read: ({ job: { ranMs }, series }) => [
      ...(ranMs === undefined ? [] : series.each('quantile', QUANTILES)).map((labels) => ({
        suffix: '',
        labels,
        value: (ranMs ?? 0) / 1000,
      })),
      { suffix: '_sum', labels: series.own, value: (ranMs ?? 0) / 1000 },
      { suffix: '_count', labels: series.own, value: ranMs === undefined ? 0 : 1 },
    ],
  },
];

/** Every family about jobs as a whole. A job's series are all there, at 0, from before its turn. */
export function jobFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  const jobs = snapshots.flatMap(({ jobs, agent, runId }) =>
    [...partsByJob(jobs)].map(([job, parts]): WholeJob => {
      const { name, uuid } = job;
      const type = parts.length === 1 ? job.type : 'mixed';
      return { job, parts, runId, series: jobLabels.of({ name, uuid, type }, agent) };
    }),
  );
  if (jobs.length === 0) return [];
  return JOB_FAMILIES.map(({ name, type, help, read }) => ({ name, type, help, samples: jobs.flatMap(read) }));
}

/** Under the first part of each job, all of its parts. */
function partsByJob(parts: readonly JobSnapshot[]): ReadonlyMap<JobSnapshot, readonly JobSnapshot[]> {
  const firsts = new Map<string, JobSnapshot>();
  const jobs = new Map<JobSnapshot, JobSnapshot[]>();
  for (const part of parts) {
    const first = firsts.get(part.uuid) ?? part;
    firsts.set(part.uuid, first);
    const known = jobs.get(first);
    if (known === undefined) jobs.set(first, [part]);
    else known.push(part);
  }
  return jobs;
}

function isInProgress({ opened, endedEpochMs }: JobSnapshot): boolean {
  return opened && endedEpochMs === undefined;
}

function one(labels: Labels, holds: boolean): readonly Sample[] {
  return [{ suffix: '', labels, value: Number(holds) }];
}

/** One sample for each value of a label: 1 where it holds, else 0. */
function perValue<T extends string>(
  series: SeriesLabels,
  name: string,
  values: readonly T[],
  holds: (value: T) => boolean,
): readonly Sample[] {
  return series.each(name, values).map((labels, index) => {
    const value = Number(holds(values[index]!)); // one for each value
    return { suffix: '', labels, value };
  });
}
