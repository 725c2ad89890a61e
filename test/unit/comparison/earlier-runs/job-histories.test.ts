import { expect, test } from 'vitest';
import { estimatesOfHistory } from '../../../../src/comparison/earlier-runs/estimates.ts';
import { buildRunHistory } from '../../../../src/comparison/earlier-runs/job-histories.ts';
import type { CounterHistory } from '../../../../src/comparison/earlier-runs/run-series.ts';

const READS = { job: 'reads', job_uuid: 'uuid-1', job_type: 'read', agent: 'agent-1' };

function counter(name: string, values: readonly number[], labels: Record<string, string> = {}): CounterHistory {
  return { labels: { __name__: name, ...READS, ...labels }, values };
}

/** A job of 100 requests a second in 10 s, all of them between 10 and 25 ms. */
function job(labels: Record<string, string> = {}, start = 0): CounterHistory[] {
  const counted = Array.from({ length: 11 }, (_, at) => 100 * Math.max(0, at - start));
  const none = counted.map(() => 0);
  return [
    counter('requests_total', counted, labels),
    counter('requests_error', none, labels),
    counter('requests_duration_seconds_bucket', none, { le: '0.01', ...labels }),
    counter('requests_duration_seconds_bucket', counted, { le: '0.025', ...labels }),
    counter('requests_duration_seconds_bucket', counted, { le: '+Inf', ...labels }),
    counter('job_run_duration_seconds_sum', [...none.slice(1), 10], labels),
    counter('jobs_status', [...none.slice(1), 1], { status: 'completed', ...labels }),
    counter('jobs_status', none, { status: 'failed', ...labels }),
  ];
}

test('a job has its rate, its error rate and its percentiles', () => {
  const { jobs, unfinished } = buildRunHistory(job());
  expect(unfinished).toEqual([]);
  expect(jobs.map(estimatesOfHistory)).toMatchObject([
    {
      job: 'reads',
      type: 'read',
      phase: undefined,
      figures: {
        rate: { value: 100, low: undefined, high: undefined },
        error_rate: { value: 0, low: 0 },
        p50: { value: 0.0175, low: 0.01, high: 0.025, within: { low: 0.01, high: 0.025 } },
        p99: { within: { low: 0.01, high: 0.025 } },
      },
    },
  ]);
  // No error in 1000 requests is less than one in a hundred.
  expect(jobs.map(estimatesOfHistory)[0]?.figures.error_rate?.high).toBeLessThan(0.01);
});

test('adds up one job of several agents', () => {
  const { jobs } = buildRunHistory([...job(), ...job({ agent: 'agent-2' })]);
  expect(jobs.map(estimatesOfHistory).map(({ figures }) => figures.rate?.value)).toEqual([200]);
});

test('counts samples that are scraped and pushed once', () => {
  const { jobs } = buildRunHistory([...job(), ...job({ instance: '127.0.0.1:9095' })]);
  expect(jobs.map(estimatesOfHistory).map(({ figures }) => figures.rate?.value)).toEqual([100]);
});

test('uses response times for paced jobs', () => {
  const slow = (le: string, count: number) => counter('requests_response_seconds_bucket', [0, count], { le });
  const { jobs } = buildRunHistory([...job(), slow('0.25', 0), slow('0.5', 1000), slow('+Inf', 1000)]);
  expect(jobs.map(estimatesOfHistory)[0]?.figures.p50?.within).toEqual({ low: 0.25, high: 0.5 });
});

test('each phase has only percentiles', () => {
  const inside = (le: string, count: number) =>
    counter('requests_phase_duration_seconds_bucket', [0, count], { le, phase: 'backup' });
  const { jobs } = buildRunHistory([...job(), inside('0.05', 0), inside('0.1', 300), inside('+Inf', 300)]);
  expect(jobs.map(estimatesOfHistory).slice(1)).toEqual([
    {
      job: 'reads',
      type: 'read',
      phase: 'backup',
      figures: {
        p50: {
          value: expect.closeTo(0.075, 9) as number,
          low: undefined,
          high: undefined,
          within: { low: 0.05, high: 0.1 },
          assumed: { low: expect.closeTo(0.05 / 1.05, 9) as number, high: expect.closeTo(0.105, 9) as number },
        },
        p90: expect.anything() as object,
        p99: expect.anything() as object,
      },
    },
  ]);
});

test('ignores a phase that was never active', () => {
  const inside = (le: string) => counter('requests_phase_duration_seconds_bucket', [0, 0], { le, phase: 'backup' });
  expect(buildRunHistory([...job(), inside('0.05'), inside('+Inf')]).jobs).toHaveLength(1);
});

test('names the job as in the workload, whatever its label became', () => {
  for (const label of ['exported_job', 'workload_job']) {
    expect(buildRunHistory(job({ job: 'loadbot', [label]: 'reads' })).jobs[0]?.job).toBe('reads');
  }
});

test('jobs of one name are in the order of their start', () => {
  const [late, early] = [job({ job_uuid: 'uuid-a' }, 5), job({ job_uuid: 'uuid-b' })];
  expect(buildRunHistory([...late, ...early]).jobs.map(({ requests }) => requests.at(-1))).toEqual([1000, 500]);
});

test('has no rate for a job with a warm-up, whose duration is unknown', () => {
  const { jobs } = buildRunHistory([...job(), counter('requests_warm_up_total', [0, 50])]);
  expect(jobs.map(estimatesOfHistory)[0]?.figures.rate).toBeUndefined();
});

test('marks a job that was cut short', () => {
  const stopped = job().filter(({ labels }) => labels['status'] !== 'completed');
  expect(buildRunHistory([...stopped, counter('jobs_status', [0, 0], { status: 'completed' })]).unfinished).toEqual([
    'reads',
  ]);
});
