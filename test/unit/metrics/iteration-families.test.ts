import { describe, expect, it } from 'vitest';
import { failure, OK } from '../../../src/shared/outcome.ts';
import { iterationFamilies } from '../../../src/metrics/iteration-families.ts';
import { jobFamilies } from '../../../src/metrics/job-families.ts';
import { k6Families } from '../../../src/metrics/k6-families.ts';
import { requestFamilies } from '../../../src/metrics/request-families.ts';
import type { Family } from '../../../src/metrics/family.ts';
import { JobLabels } from '../../../src/metrics/series-labels.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { type ParsedFamily, parseExposition, sampleOf } from '../../exposition-parser.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

const job = { name: 'order', uuid: 'u' };
/** Ten iterations of 20 ms that began 10 ms late, one of them failed; one in progress, three skipped. */
const iterations = buildJob({
  ...job,
  type: 'scenario',
  status: 'in_progress',
  paced: true,
  targetRate: 20,
  record: (recorder) => {
    for (let count = 0; count < 9; count++) request(recorder, OK, 20, 10);
    request(recorder, failure('check'), 20, 10);
    recorder.start();
    recorder.skip(3);
    recorder.retry();
    recorder.failBefore();
  },
});
/** 30 requests, 2 of them failed. */
const step = buildJob({
  ...job,
  type: 'read',
  step: 'pizza',
  status: 'in_progress',
  checkNames: ['no errors', 'total'],
  record: (recorder) => {
    for (let count = 0; count < 28; count++) request(recorder, OK, 5);
    for (let count = 0; count < 2; count++) request(recorder, failure('check'), 5);
  },
});
const checked = { ...step, measured: { ...step.measured, checks: { total: 2 } } };
const scenario = buildSnapshot([iterations, checked]);
const other = buildSnapshot([buildJob({ name: 'reads', record: (recorder) => request(recorder, OK, 1) })]);

function parse(families: readonly Family[]): readonly ParsedFamily[] {
  return parseExposition(formatText({ epochMs: 0, families }, { timestamps: false }));
}

describe('a scenario', () => {
  const families = parse(iterationFamilies([scenario], new JobLabels()));

  it.each([
    ['iterations_total', 10],
    ['iterations_failed_total', 1],
    ['iterations_aborted_total', 0],
    ['iterations_skipped_total', 3],
    ['iterations_retried_total', 1],
    ['iterations_in_progress', 1],
    ['iterations_target_rate', 20],
    ['iteration_duration_seconds_count', 10],
    ['iteration_duration_seconds_sum', 0.2],
    ['iteration_response_seconds_sum', 0.3],
    ['iterations_schedule_lag_seconds_sum', 0.1],
  ])('exposes %s as %d', (name, value) => {
    expect(sampleOf(families, name, { job: 'order', job_type: 'scenario' })).toBeCloseTo(value, 9);
  });

  it('has its steps alone in the families of requests', () => {
    const requests = requestFamilies([scenario], new JobLabels());
    const types = requests.flatMap(({ samples }) => samples.map(({ labels }) => labels['job_type']));
    expect(new Set(types)).toEqual(new Set(['read']));
    const parsed = parse(requests);
    expect(sampleOf(parsed, 'requests_total', { step: 'pizza' })).toBe(30);
    expect(sampleOf(parsed, 'requests_check_failed_total', { check: 'total' })).toBe(2);
    expect(sampleOf(parsed, 'requests_check_failed_total', { check: 'no errors' })).toBe(0);
  });

  it('counts failures of `before` among those of the job', () => {
    const jobs = parse(jobFamilies([scenario], new JobLabels()));
    expect(sampleOf(jobs, 'job_failures_total', { job_type: 'scenario', action: 'before' })).toBe(1);
    expect(sampleOf(jobs, 'job_failures_total', { job_type: 'scenario', action: 'run' })).toBe(0);
  });

  it('separates iterations and requests under the names of k6', () => {
    const k6 = parse(k6Families([scenario]));
    const samples = k6.flatMap((family) => family.samples);
    const of = (name: string): number[] => samples.filter((sample) => sample.name === name).map(({ value }) => value);
    expect(of('k6_iterations_total')).toEqual([10]);
    expect(of('k6_vus')).toEqual([1]);
    expect(of('k6_dropped_iterations_total')).toEqual([3]);
    expect(of('k6_http_reqs_total')).toEqual([28, 2]);
    expect(of('k6_iteration_duration_max')).toEqual([0.03]);
    expect(of('k6_http_req_duration_max')).toEqual([0.005]);
    expect(sampleOf(k6, 'k6_checks_rate', { check: 'total' })).toBeCloseTo(28 / 30, 9);
    expect(sampleOf(k6, 'k6_checks_rate', { check: 'no errors' })).toBe(1);
  });
});

describe('a run without a scenario', () => {
  it('has no families of iterations, checks, or failures of `before`', () => {
    expect(iterationFamilies([other], new JobLabels())).toEqual([]);
    const names = [...requestFamilies([other], new JobLabels()), ...k6Families([other])].map(({ name }) => name);
    expect(names.filter((name) => name.includes('check'))).toEqual([]);
    const actions = jobFamilies([other], new JobLabels()).flatMap(({ samples }) =>
      samples.flatMap(({ labels }) => labels['action'] ?? []),
    );
    expect(actions).toEqual(['connect', 'run', 'drain']);
  });
});
