import { type JobSnapshot, type Snapshot, requestsOf, type Tally } from '../recorder/snapshot.ts';
import { defineFamilies, each, single } from './define-families.ts';
import type { Family } from './family.ts';
import type { JobLabels, SeriesLabels } from './series-labels.ts';
import { countsIterations } from '../shared/job-type.ts';
import type { ErrorClass } from '../shared/outcome.ts';

const END_STATUSES = ['completed', 'failed', 'canceled'] as const;
const COUNTED_STATUSES = ['started', ...END_STATUSES] as const;
/** All quantiles of a single job are equal; they exist for panels that chart summaries by quantile. */
const QUANTILES = ['0.5', '0.9', '0.99'] as const;
const STATES = ['in_progress', ...END_STATUSES] as const;

/** Stages at which a job can fail: the values of the label `action`. */
const FAILED_ACTIONS = ['connect', 'run', 'drain'] as const;
/** Those of a scenario: each failure of the steps before the iterations of a user counts. */
const SCENARIO_ACTIONS = [...FAILED_ACTIONS, 'before'] as const;

/** A job with its snapshots, one for each of its parts, which start and end together. */
interface WholeJob {
  readonly job: JobSnapshot;
  readonly parts: readonly JobSnapshot[];
  readonly series: SeriesLabels;
  readonly runId: string;
}

const isFailedAt = ({ parts }: WholeJob, action: string): boolean => action === failedActionOf(parts);
const readFailures = each('action', FAILED_ACTIONS, isFailedAt);
const readScenarioFailures = each('action', SCENARIO_ACTIONS, (state: WholeJob, action) =>
  action === 'before' ? sum(talliesOf(state.parts), ({ beforeFailures }) => beforeFailures) : isFailedAt(state, action),
);

const buildFamilies = defineFamilies<WholeJob>([
  {
    name: 'loadbot_job_info',
    type: 'gauge',
    help: 'Always 1; links a job to its run.',
    read: ({ series, runId }) => [{ suffix: '', labels: { ...series.own, run_id: runId }, value: 1 }],
  },
  {
    name: 'jobs_total',
    type: 'counter',
    help: 'Jobs started and ended, by status; a job that was never reached is canceled without a start.',
    read: each('status', COUNTED_STATUSES, ({ job }, status) =>
      status === 'started' ? job.opened : job.status === status,
    ),
  },
  {
    name: 'jobs_status',
    type: 'gauge',
    help: '1 for the current status of the job, 0 for all others; all 0 while it is pending.',
    read: each('status', STATES, ({ job }, status) =>
      status === 'in_progress' ? isInProgress(job) : job.status === status,
    ),
  },
  {
    name: 'jobs_in_progress',
    type: 'gauge',
    help: '1 from the start of the job, before its connections are open, to its end, else 0.',
    read: single(({ job }) => isInProgress(job)),
  },
  {
    name: 'jobs_warm_up',
    type: 'gauge',
    help: '1 while the job warms up, else 0.',
    read: single(({ job }) => job.status === 'warm_up'),
  },
  {
    name: 'job_failures_total',
    type: 'counter',
    help: 'Failed jobs by stage: connect, run to the end, or drain requests in flight; and failures of `before` steps.',
    read: (state) => (countsIterations(state.job) ? readScenarioFailures(state) : readFailures(state)),
  },
  {
    name: 'job_run_duration_seconds',
    type: 'summary',
    help: 'Duration of jobs from the start of their load, including warm-up, to their end.',
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
]);

/** Builds the families about whole jobs. All series of a job exist from the start, with value 0. */
export function jobFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  const jobs = snapshots.flatMap(({ jobs, agent, runId }) =>
    [...partsByJob(jobs)].map(([job, parts]): WholeJob => {
      const { name, uuid } = job;
      const type = parts.length === 1 || countsIterations(job) ? job.type : 'mixed';
      return { job, parts, runId, series: jobLabels.of({ name, uuid, type, step: '' }, agent) };
    }),
  );
  return buildFamilies(jobs);
}

/** Groups the snapshots of each job under the first of them. */
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

/**
 * Error classes of requests that never got a connection. A connection that opens too slowly is a `timeout`, as a late
 * response is.
 */
const CONNECT_CLASSES: readonly ErrorClass[] = ['refused', 'dns', 'tls', 'client_resource'];

/**
 * Returns the stage at which an ended job failed, the first that applies; `undefined` if it did not fail or has not
 * ended.
 * - `connect`: its sessions could not be opened, or none of its requests got a connection;
 * - `run`: it failed after its load had started;
 * - `drain`: requests were in flight at the end of its drain time and were aborted.
 * @param parts snapshots of one job, one per request type
 */
function failedActionOf(parts: readonly JobSnapshot[]): (typeof FAILED_ACTIONS)[number] | undefined {
  const [job] = parts;
  if (job?.endedEpochMs === undefined) return undefined;
  const began = job.ranMs !== undefined;
  const tallies = talliesOf(parts.filter((part) => !countsIterations(part)));
  if (job.status === 'failed') return began && !neverConnected(tallies) ? 'run' : 'connect';
  if (neverConnected(tallies)) return 'connect';
  return sum(tallies, (tally) => tally.aborted) > 0 ? 'drain' : undefined;
}

function talliesOf(parts: readonly JobSnapshot[]): readonly Tally[] {
  return parts.flatMap(({ measured, warmUp }) => (warmUp === undefined ? [measured] : [measured, warmUp]));
}

function neverConnected(tallies: readonly Tally[]): boolean {
  const requests = sum(tallies, requestsOf);
  const unconnected = sum(tallies, ({ errors }) => CONNECT_CLASSES.reduce((total, name) => total + errors[name], 0));
  return requests > 0 && requests === unconnected;
}

function sum(tallies: readonly Tally[], count: (tally: Tally) => number): number {
  return tallies.reduce((total, tally) => total + count(tally), 0);
}
