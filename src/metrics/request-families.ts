import { ERROR_CLASSES } from '../core/outcome.ts';
import { traceIdOf } from '../core/trace-id.ts';
import {
  type Distribution,
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  requestsOf,
  type Snapshot,
  type Tally,
} from '../recorder/snapshot.ts';
import type { Family, Sample } from './family.ts';
import { histogramSamples, sizeSamples } from './histogram-samples.ts';
import type { JobLabels } from './job-labels.ts';
import type { SeriesLabels } from './series-labels.ts';
import { statusSamples } from './status-samples.ts';

/** One job of one run. */
interface RunJob {
  readonly runId: string;
  /** When the snapshot was taken. */
  readonly epochMs: number;
  readonly job: JobSnapshot;
  readonly series: SeriesLabels;
}

/** One family about a job's requests: what it is called and how it is read from the job. */
interface RequestFamily {
  readonly name: string;
  readonly type: Family['type'];
  readonly help: string;
  /** The job's samples; none when the family has no meaning for that job. */
  readonly read: (job: RunJob) => readonly Sample[];
}

/** The request metrics, all of them: requests of a warm-up are only in the families that say so. */
const REQUEST_FAMILIES: readonly RequestFamily[] = [
  {
    name: 'requests_total',
    type: 'counter',
    help: 'Requests that got their outcome: answered, matched nothing, or failed.',
    read: counted(requestsOf),
  },
  {
    name: 'requests_error',
    type: 'counter',
    help: 'Requests that failed; part of requests_total.',
    read: counted(errorsOf),
  },
  {
    name: 'requests_error_class_total',
    type: 'counter',
    help: 'Requests that failed, by what went wrong.',
    read: ({ job: { measured }, series }) =>
      series.each('class', ERROR_CLASSES).map((labels, index) => ({
        suffix: '',
        labels,
        value: measured.errors[ERROR_CLASSES[index]!], // one for each class
      })),
  },
  {
    name: 'requests_status_total',
    type: 'counter',
    help: 'HTTP responses received, by status code; requests without a response are not in it.',
    read: ({ job, epochMs, series }) => statusSamples(job, epochMs, series),
  },
  {
    name: 'requests_miss_total',
    type: 'counter',
    help: 'Requests that matched nothing, which is no failure; part of requests_total.',
    read: counted((tally) => tally.miss),
  },
  {
    name: 'requests_aborted_total',
    type: 'counter',
    help: 'Requests cut off by the agent when the job stopped; not in requests_total.',
    read: counted((tally) => tally.aborted),
  },
  {
    name: 'requests_skipped_total',
    type: 'counter',
    help: 'Requests that were due but never started because every connection was busy; not in requests_total.',
    read: counted((tally) => tally.skipped),
  },
  {
    name: 'requests_in_flight',
    type: 'gauge',
    help: 'Requests under way.',
    read: counted(inFlightOf),
  },
  {
    name: 'requests_asked_rate',
    type: 'gauge',
    help: 'Requests per second that the schedule of a paced job calls for at this moment; 0 while it warms up or does not run.',
    read: ({ job: { askedRate }, series }) =>
      askedRate === undefined ? [] : [{ suffix: '', labels: series.own, value: askedRate }],
  },
  {
    name: 'requests_sent_bytes_total',
    type: 'counter',
    help: 'Bytes sent to the target.',
    read: counted((tally) => tally.sentBytes),
  },
  {
    name: 'requests_received_bytes_total',
    type: 'counter',
    help: 'Bytes received from the target.',
    read: counted((tally) => tally.receivedBytes),
  },
  {
    name: 'requests_size_bytes',
    type: 'histogram',
    help: 'Bytes received for a request, on the wire; requests without any are not observed.',
    read: ({ job: { measured }, series }) => sizeSamples(measured, series),
  },
  {
    name: 'requests_duration_seconds',
    type: 'histogram',
    help: 'Service time: from sending a request to its outcome.',
    read: distributed((tally) => tally.service),
  },
  {
    name: 'requests_response_seconds',
    type: 'histogram',
    help: 'Response time of paced jobs: from when a request was meant to start to its outcome.',
    read: distributed((tally) => tally.response),
  },
  {
    name: 'requests_schedule_lag_seconds',
    type: 'histogram',
    help: 'Of paced jobs: from when a request was meant to start to when it did.',
    read: distributed((tally) => tally.lag),
  },
  {
    name: 'requests_phase_duration_seconds',
    type: 'histogram',
    help: 'Service time of requests that were sent while the system under test was in a phase.',
    read: inPhases((tally) => tally.service),
  },
  {
    name: 'requests_phase_response_seconds',
    type: 'histogram',
    help: 'Response time, of paced jobs, of requests that were sent while the system under test was in a phase.',
    read: inPhases((tally) => tally.response),
  },
  {
    name: 'requests_warm_up_total',
    type: 'counter',
    help: 'Requests of the warm-up that got their outcome; in no other family but requests_warm_up_errors_total.',
    read: countedInWarmUp(requestsOf),
  },
  {
    name: 'requests_warm_up_errors_total',
    type: 'counter',
    help: 'Requests of the warm-up that failed; part of requests_warm_up_total.',
    read: countedInWarmUp(errorsOf),
  },
];

/** Every request family of these runs. A job's series are all there, at 0, from before its first request. */
export function requestFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  const jobs = snapshots.flatMap(({ jobs, runId, agent, epochMs }) =>
    jobs.map((job): RunJob => ({ job, runId, epochMs, series: jobLabels.of(job, agent) })),
  );
  return REQUEST_FAMILIES.map(({ name, type, help, read }) => ({
    name,
    type,
    help,
    samples: jobs.flatMap(read),
  })).filter(({ samples }) => samples.length > 0);
}

function counted(count: (tally: Tally) => number): RequestFamily['read'] {
  return ({ job, series }) => [{ suffix: '', labels: series.own, value: count(job.measured) }];
}

function inPhases(distribution: (tally: Tally) => Distribution | undefined): RequestFamily['read'] {
  return ({ job, runId, series }) =>
    job.phases.flatMap(({ name, inside }) =>
      histogramSamples(distribution(inside), series.part('phase', name), (sequence) =>
        traceIdOf(runId, job.uuid, sequence),
      ),
    );
}

function countedInWarmUp(count: (tally: Tally) => number): RequestFamily['read'] {
  return ({ job: { warmUp }, series }) =>
    warmUp === undefined ? [] : [{ suffix: '', labels: series.own, value: count(warmUp) }];
}

function distributed(distribution: (tally: Tally) => Distribution | undefined): RequestFamily['read'] {
  return ({ job, runId, series }) =>
    histogramSamples(distribution(job.measured), series, (sequence) => traceIdOf(runId, job.uuid, sequence));
}
