import { NOTED_COUNTS } from '../../recorder/counters.ts';
import { countsIterations } from '../../shared/job-type.ts';
import type { Family, Labels, Sample } from '../../metrics/family.ts';
import { formatOpenMetrics } from '../../metrics/open-metrics.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';
import type { ResultDocument, ResultDurations, ResultJob } from '../document/result-document.ts';

/**
 * Renders the result as OpenMetrics text, for `artifacts:reports:metrics` of GitLab and similar tools. Labels are equal
 * for all runs, so that two runs can be compared.
 */
export function renderOpenMetrics(document: ResultDocument): string {
  const all = document.jobs.map((job) => ({ job, labels: labelsOf(job, document.jobs) }));
  const jobs = all.filter(({ job }) => !countsIterations(job));
  const iterations = all.filter(({ job }) => countsIterations(job));
  const gauge = (name: string, help: string, valueOf: (job: ResultJob) => number | null, parts = jobs): Family => ({
    name: `loadbot_result_${name}`,
    type: 'gauge',
    help,
    samples: parts.flatMap(({ job, labels }) => sampleOf(labels, valueOf(job))),
  });
  const summary = (
    name: string,
    help: string,
    timesOf: (job: ResultJob) => ResultDurations | null,
    parts = jobs,
  ): Family => ({
    name: `loadbot_result_${name}`,
    type: 'summary',
    help,
    samples: parts.flatMap(({ job, labels }) => quantilesOf(labels, timesOf(job))),
  });
  const families: readonly Family[] = [
    gauge('requests', 'Completed requests.', (job) => job.requests),
    gauge('errors', 'Failed requests.', (job) => job.errors),
    gauge('error_ratio', 'Share of failed requests, from 0 to 1.', (job) =>
      job.requests > 0 ? job.errors / job.requests : null,
    ),
    {
      name: 'loadbot_result_responses',
      type: 'gauge',
      help: 'HTTP responses received, by status code.',
      samples: jobs.flatMap(({ job, labels }) =>
        Object.entries(job.responses_by_status ?? {}).map(([code, value]): Sample => ({
          suffix: '',
          labels: { ...labels, code },
          value,
        })),
      ),
    },
    ...NOTED_COUNTS.map(({ field, label = field, help = '', resultHelp = help, ofIterations = false }) =>
      gauge(label, resultHelp, (job) => job[field], ofIterations ? iterations : jobs),
    ),
    gauge('requests_per_second', 'Requests per second of load.', (job) => job.rate),
    summary('service_seconds', 'Service time.', (job) => job.service_time),
    summary('response_seconds', 'Response time of paced jobs.', (job) => job.response_time),
    gauge('iterations', 'Completed iterations of a scenario.', (job) => job.requests, iterations),
    gauge('iterations_failed', 'Failed iterations.', (job) => job.errors, iterations),
    gauge('iterations_aborted', 'Iterations aborted at the end of the job.', (job) => job.aborted, iterations),
    gauge('iterations_skipped', 'Iterations that were due but never started.', (job) => job.skipped, iterations),
    gauge('iterations_per_second', 'Iterations per second of load.', (job) => job.rate, iterations),
    summary('iteration_seconds', 'Duration of iterations, without think time.', (job) => job.service_time, iterations),
    summary(
      'iteration_response_seconds',
      'Response time of the iterations of paced scenarios, without think time.',
      (job) => job.response_time,
      iterations,
    ),
    ...metricFamilies(all),
    thresholdFamily(document),
  ];
  const epochMs = Date.parse(document.ended_at);
  return formatOpenMetrics({ epochMs, families: families.filter(({ samples }) => samples.length > 0) });
}

/** A gauge for each additional counter, a summary for each additional trend. */
function metricFamilies(jobs: readonly { readonly job: ResultJob; readonly labels: Labels }[]): readonly Family[] {
  const names = new Set(jobs.flatMap(({ job }) => Object.keys(job.metrics)));
  return [...names].map((name) => {
    const recorded = jobs.flatMap(({ job, labels }) => {
      const metric = job.metrics[name];
      return metric === undefined ? [] : [{ metric, labels }];
    });
    const isTrend = recorded.some(({ metric }) => metric.type === 'trend');
    return {
      name: `loadbot_result_${name}`,
      type: isTrend ? 'summary' : 'gauge',
      help: `Additional ${isTrend ? 'trend' : 'counter'} ${name}.`,
      samples: recorded.flatMap(({ metric, labels }) =>
        isTrend ? quantilesOf(labels, metric.durations) : sampleOf(labels, metric.total),
      ),
    };
  });
}

/** Jobs with equal name and type are numbered in their order. */
function labelsOf(job: ResultJob, jobs: readonly ResultJob[]): Labels {
  const alike = jobs.filter(({ name, type, step }) => name === job.name && type === job.type && step === job.step);
  const number = alike.indexOf(job);
  return {
    job: job.name,
    job_type: job.type,
    ...(job.step !== null && { step: job.step }),
    ...(number > 0 && { number: String(number + 1) }),
  };
}

function sampleOf(labels: Labels, value: number | null): Sample[] {
  return value === null ? [] : [{ suffix: '', labels, value }];
}

/** Only percentiles that the number of durations supports. */
function quantilesOf(labels: Labels, times: ResultDurations | null): Sample[] {
  if (times === null) return [];
  const quantiles = Object.entries(times.percentiles_seconds).flatMap(([name, value]): Sample[] => {
    const percent = name.slice(1).replace('_', '.');
    if (value === null || times.count < minimumSamples(Number(percent))) return [];
    return [{ suffix: '', labels: { ...labels, quantile: quantileOf(percent) }, value }];
  });
  return [
    ...quantiles,
    { suffix: '_sum', labels, value: times.sum_seconds },
    { suffix: '_count', labels, value: times.count },
  ];
}

function quantileOf(percent: string): string {
  return String(Number((Number(percent) / 100).toPrecision(12)));
}

function thresholdFamily({ thresholds }: ResultDocument): Family {
  const series = new Map<string, Sample>();
  for (const { job, job_type: type, step, threshold, ok } of thresholds) {
    const labels = {
      ...(job !== null && { job }),
      ...(type !== null && { job_type: type }),
      ...(step !== null && { step }),
      threshold,
    };
    const key = JSON.stringify(labels);
    // Among jobs with the same name the failed one counts.
    const value = Math.min(Number(ok), series.get(key)?.value ?? 1);
    series.set(key, { suffix: '', labels, value });
  }
  return {
    name: 'loadbot_result_threshold_ok',
    type: 'gauge',
    help: '1 where the threshold held, else 0.',
    samples: [...series.values()],
  };
}
