import { ERROR_CLASSES } from '../core/outcome.ts';
import { errorsOf, inFlightOf, type JobSnapshot, requestsOf, type Snapshot, type Tally } from '../recorder/snapshot.ts';
import type { Family, Labels, Sample } from './family.ts';
import { histogramSamples } from './histogram-samples.ts';
import { jobLabels } from './job-labels.ts';

/** One family about a job's requests: what it is called and how it is read from the job. */
interface RequestFamily {
  readonly name: string;
  readonly type: Family['type'];
  readonly help: string;
  /** The job's samples; none when the family has no meaning for that job. */
  readonly read: (job: JobSnapshot, labels: Labels) => readonly Sample[];
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
    read: ({ measured }, labels) =>
      ERROR_CLASSES.map((errorClass) => ({
        suffix: '',
        labels: { ...labels, class: errorClass },
        value: measured.errors[errorClass],
      })),
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
    name: 'requests_duration_seconds',
    type: 'histogram',
    help: 'Service time: from sending a request to its outcome.',
    read: ({ measured }, labels) => histogramSamples(measured.service, labels),
  },
  {
    name: 'requests_response_seconds',
    type: 'histogram',
    help: 'Response time of paced jobs: from when a request was meant to start to its outcome.',
    read: ({ measured }, labels) => histogramSamples(measured.response, labels),
  },
  {
    name: 'requests_schedule_lag_seconds',
    type: 'histogram',
    help: 'Of paced jobs: from when a request was meant to start to when it did.',
    read: ({ measured }, labels) => histogramSamples(measured.lag, labels),
  },
  {
    name: 'requests_warm_up_total',
    type: 'counter',
    help: 'Requests of the warm-up that got their outcome; in no other family but requests_warm_up_error.',
    read: countedInWarmUp(requestsOf),
  },
  {
    name: 'requests_warm_up_error',
    type: 'counter',
    help: 'Requests of the warm-up that failed; part of requests_warm_up_total.',
    read: countedInWarmUp(errorsOf),
  },
  {
    name: 'jobs_warm_up',
    type: 'gauge',
    help: '1 while the job warms up, else 0.',
    read: ({ status }, labels) => [{ suffix: '', labels, value: status === 'warm_up' ? 1 : 0 }],
  },
];

/** Every request family of a snapshot. A job's series are all there, at 0, from before its first request. */
export function requestFamilies(snapshot: Snapshot): readonly Family[] {
  const jobs = snapshot.jobs.map((job) => ({ job, labels: jobLabels(job, snapshot.agent) }));
  return REQUEST_FAMILIES.map(({ name, type, help, read }) => ({
    name,
    type,
    help,
    samples: jobs.flatMap(({ job, labels }) => read(job, labels)),
  })).filter(({ samples }) => samples.length > 0);
}

function counted(count: (tally: Tally) => number): RequestFamily['read'] {
  return ({ measured }, labels) => [{ suffix: '', labels, value: count(measured) }];
}

function countedInWarmUp(count: (tally: Tally) => number): RequestFamily['read'] {
  return ({ warmUp }, labels) => (warmUp === undefined ? [] : [{ suffix: '', labels, value: count(warmUp) }]);
}
