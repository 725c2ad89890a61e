import { type Count, COUNTS } from '../recorder/counters.ts';
import { ERROR_CLASSES } from '../shared/outcome.ts';
import { countsIterations } from '../shared/job-type.ts';
import { countOf, errorsOf, requestsOf, type Snapshot, type Tally, SIZE_BOUNDS } from '../recorder/snapshot.ts';
import { defineFamilies, each, type FamilyRow, single, withSamples } from './define-families.ts';
import type { Family, Sample } from './family.ts';
import { distributed, inPhases, type RunJob, runJobs } from './run-job.ts';
import type { JobLabels, SeriesLabels } from './series-labels.ts';
import { statusSamples } from './status-samples.ts';

/** All request metrics. Requests of a warm-up are only in the families named `warm_up`. */
const buildFamilies = defineFamilies<RunJob>([
  ...countFamilies(({ key, type }) => key === undefined && type === undefined),
  {
    name: 'requests_error_class_total',
    type: 'counter',
    help: 'Requests that failed, by error class.',
    read: each('class', ERROR_CLASSES, ({ job: { measured } }, errorClass) => measured.errors[errorClass]),
  },
  {
    name: 'requests_check_failed_total',
    type: 'counter',
    help: 'Failed checks of responses, by the name of the check.',
    read: ({ job: { checkNames, measured }, series }) =>
      (checkNames === undefined ? [] : series.each('check', checkNames)).map((labels) => {
        const { check = '' } = labels;
        return { suffix: '', labels, value: measured.checks[check] ?? 0 };
      }),
  },
  {
    name: 'requests_status_total',
    type: 'counter',
    help: 'HTTP responses received, by status code; requests without a response are not counted.',
    read: ({ job, epochMs, series }) => statusSamples(job, epochMs, series),
  },
  ...countFamilies(({ key, unit }) => key !== undefined && unit === undefined),
  ...countFamilies(({ type }) => type === 'gauge'),
  {
    name: 'requests_target_rate',
    type: 'gauge',
    help: 'Target rate of a paced job in requests per second at this moment; 0 during warm-up and while it does not run.',
    read: single(({ job }) => job.targetRate),
  },
  ...countFamilies(({ unit }) => unit === 'bytes'),
  {
    name: 'requests_size_bytes',
    type: 'histogram',
    help: 'Response size in bytes on the wire; requests without a response are not observed.',
    read: ({ job: { measured }, series }) => sizeSamples(measured, series),
  },
  {
    name: 'requests_duration_seconds',
    type: 'histogram',
    help: 'Service time: from sending a request to its completion.',
    read: distributed((tally) => tally.service),
  },
  {
    name: 'requests_response_seconds',
    type: 'histogram',
    help: 'Response time of paced jobs: from the intended start of a request to its completion.',
    read: distributed((tally) => tally.response),
  },
  {
    name: 'requests_schedule_lag_seconds',
    type: 'histogram',
    help: 'Start delay of paced jobs: from the intended to the actual start of a request.',
    read: distributed((tally) => tally.lag),
  },
  {
    name: 'requests_phase_duration_seconds',
    type: 'histogram',
    help: 'Service time of requests sent during a phase of the system under test.',
    read: inPhases((tally) => tally.service),
  },
  {
    name: 'requests_phase_response_seconds',
    type: 'histogram',
    help: 'Response time of paced jobs, for requests sent during a phase of the system under test.',
    read: inPhases((tally) => tally.response),
  },
  {
    name: 'requests_warm_up_total',
    type: 'counter',
    help: 'Completed requests of the warm-up; not in any other family except requests_warm_up_errors_total.',
    read: single(({ job: { warmUp } }) => warmUp && requestsOf(warmUp)),
  },
  {
    name: 'requests_warm_up_errors_total',
    type: 'counter',
    help: 'Requests of the warm-up that failed; part of requests_warm_up_total.',
    read: single(({ job: { warmUp } }) => warmUp && errorsOf(warmUp)),
  },
]);

/** Builds all request families of the runs. All series of a job exist before its first request, with value 0. */
export function requestFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  return withSamples(buildFamilies(runJobs(snapshots, jobLabels, (job) => !countsIterations(job))));
}

/** Rows of the counts of measured requests that satisfy a condition. */
function countFamilies(isMeant: (count: Count) => boolean): FamilyRow<RunJob>[] {
  return COUNTS.filter(isMeant).flatMap((count) => {
    const { family: name, type = 'counter', help = '' } = count;
    return name === undefined ? [] : [{ name, type, help, read: single(({ job }) => countOf(job.measured, count)) }];
  });
}

/** Converts response sizes into histogram samples: cumulative buckets up to `+Inf`, sum and count. */
function sizeSamples({ sizes, receivedBytes }: Tally, series: SeriesLabels): readonly Sample[] {
  let total = 0;
  const samples: Sample[] = series.buckets(SIZE_BOUNDS).map((labels, bucket) => {
    total += sizes[bucket] ?? 0;
    return { suffix: '_bucket', labels, value: total };
  });
  samples.push({ suffix: '_sum', labels: series.own, value: receivedBytes });
  samples.push({ suffix: '_count', labels: series.own, value: total });
  return samples;
}
