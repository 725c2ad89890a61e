import { describe, expect, test } from 'vitest';
import { toResultDocument } from '../../../../../src/reports/document/result-document.ts';
import { buildVerdict } from '../../../../verdict-builder.ts';
import type { JobSnapshot } from '../../../../../src/recorder/snapshot.ts';
import { RESULT } from '../../result.ts';
import { followed, pageOf, TIMELINE } from '../page.ts';

const [READS, WRITES] = RESULT.final.jobs as readonly [JobSnapshot, JobSnapshot];
const THRESHOLDS = [
  buildVerdict(),
  buildVerdict({ text: 'service max < 1s', metric: 'service max', limit: 1 }),
  buildVerdict({ text: 'lag(99) < 5ms', metric: 'lag(99)', limit: 0.005 }),
  buildVerdict({ text: 'rate > 90', metric: 'rate', unit: 'rate', limit: 90 }),
  buildVerdict({ text: 'error_rate < 1%', metric: 'error_rate', unit: 'share', limit: 0.01, ok: false }),
  buildVerdict({ text: 'count > 1', metric: 'count', unit: 'count', limit: 1 }),
  buildVerdict({
    text: 'p(50) < 2ms',
    metric: 'p(50)',
    limit: 0.002,
    job: 'writes',
    uuid: WRITES.uuid,
    jobType: 'write',
  }),
  buildVerdict({ text: 'rate > 1', metric: 'rate', unit: 'rate', limit: 1, job: '', uuid: '', jobType: '' }),
];
const made = toResultDocument({ ...RESULT, thresholds: THRESHOLDS });
const { data } = pageOf(followed(made));

function chart(id: string) {
  const found = data.charts.find((one) => one.id === id)!; // a test that names none fails
  return { ...found, along: data.axes[found.axis] };
}

test('a paced job has all charts, an unpaced one no schedule lag, one without errors no errors', () => {
  expect(data.charts.map(({ id }) => id)).toEqual([
    'jobs-rate',
    'jobs-p99',
    ...['rate', 'latency', 'errors', 'in-flight', 'lag', 'distribution', 'histogram'].map((name) => `job-1-${name}`),
    ...['rate', 'latency', 'in-flight', 'distribution', 'histogram'].map((name) => `job-2-${name}`),
  ]);
});

test('charts show the values of the timeline', () => {
  const rate = chart('job-1-rate');
  expect(rate.along).toEqual(TIMELINE.at_seconds);
  expect(rate.lines).toMatchObject([
    { label: 'achieved', values: [100, 98, 0, 802.2] },
    { label: 'target', look: 'dashed', values: [100, 100, 100, 100] },
  ]);
  const { lines } = chart('job-1-latency');
  expect(Object.fromEntries(lines.map(({ label, values }) => [label, values]))).toEqual({
    p50: TIMELINE.p50_seconds,
    p90: TIMELINE.p90_seconds,
    p99: TIMELINE.p99_seconds,
    max: TIMELINE.max_seconds,
  });
  expect(chart('job-1-errors').lines[0]?.values).toEqual([0, 0, null, 0.0024907]);
  expect(chart('job-1-in-flight').lines.map(({ values }) => values)).toEqual([TIMELINE.in_flight, [4, 4, 4, 4]]);
  expect(chart('job-1-lag').lines[0]?.values).toEqual(TIMELINE.lag_p99_seconds);
  expect(chart('jobs-p99').lines.map(({ label }) => label)).toEqual([READS.name, WRITES.name]);
});

test('charts of the same times share an axis', () => {
  // One of times, and one for each distribution and histogram.
  expect(Object.keys(data.axes)).toHaveLength(5);
});

describe('limits', () => {
  test.each([
    ['job-1-latency', ['p(99) < 200ms']],
    ['job-1-distribution', ['p(99) < 200ms']],
    ['job-1-lag', ['lag(99) < 5ms']],
    ['job-1-rate', ['rate > 90']],
    ['job-1-errors', ['error_rate < 1%']],
    ['job-1-in-flight', []],
    ['job-2-latency', ['p(50) < 2ms']],
    ['job-2-rate', []],
  ])('of %s are %j', (id, labels) => {
    expect(chart(id).limits.map(({ label }) => label)).toEqual(labels);
  });

  test('show their value and result', () => {
    expect(chart('job-1-errors').limits).toEqual([{ label: 'error_rate < 1%', value: 0.01, ok: false }]);
  });

  test('of all jobs are drawn for the only job', () => {
    const one = toResultDocument({ ...RESULT, final: { ...RESULT.final, jobs: [READS] }, thresholds: THRESHOLDS });
    const page = pageOf(followed(one));
    expect(page.data.charts.find(({ id }) => id === 'job-1-rate')?.limits.map(({ label }) => label)).toEqual([
      'rate > 90',
      'rate > 1',
    ]);
    expect(page.text).not.toContain('id="jobs"');
  });
});

test('a latency that spans decades is drawn on a logarithmic axis at first', () => {
  expect(chart('job-1-latency').isLog).toBe(false);
  const wide = { ...TIMELINE, max_seconds: [0.004, 0.005, null, 0.2] };
  const page = pageOf(followed(made, wide));
  expect(page.data.charts.find(({ id }) => id === 'job-1-latency')?.isLog).toBe(true);
});

describe('a partial interval at the end', () => {
  const partial = {
    at_seconds: [1, 2, 3, 3.02],
    seconds: [1, 1, 1, 0.02],
    requests: [100, 100, 100, 2],
    errors: [0, 0, 0, 2],
    p50_seconds: [0.001, 0.001, 0.001, 0.1],
    p90_seconds: [0.001, 0.001, 0.001, 0.1],
    p99_seconds: [0.001, 0.001, 0.001, 0.1],
    max_seconds: [0.002, 0.002, 0.002, 0.1],
    in_flight: [4, 4, 4, 0],
    lag_p99_seconds: [0.0001, 0.0001, 0.0001, 0.09],
  };
  const page = pageOf(followed(made, partial));
  const valuesOf = (id: string) => page.data.charts.find((one) => one.id === id)?.lines.map(({ values }) => values);

  test('adds its counts to the interval before it, and hides no error and no maximum', () => {
    const rate = page.data.charts.find(({ id }) => id === 'job-1-rate');
    expect(page.data.axes[rate?.axis ?? '']).toEqual([1, 2, 3.02]);
    expect(rate?.lines[0]?.values).toEqual([100, 100, 100]);
    expect(valuesOf('job-1-errors')).toEqual([[0, 0, 0.019608]]);
    expect(valuesOf('job-1-latency')?.[0]).toEqual([0.002, 0.002, 0.1]);
  });

  test('has no percentiles of its own: two requests are no interval', () => {
    expect(valuesOf('job-1-latency')?.slice(1)).toEqual(Array.from({ length: 3 }, () => [0.001, 0.001, 0.001]));
    expect(valuesOf('job-1-in-flight')?.[0]).toEqual([4, 4, 4]);
    expect(valuesOf('job-1-lag')).toEqual([[0.0001, 0.0001, 0.0001]]);
  });
});

test('a finding about one job is shaded in its charts', () => {
  const [first, second] = made.jobs;
  const finding = {
    signal: 'late' as const,
    severity: 'invalid' as const,
    agent: null,
    job: first?.name ?? null,
    job_uuid: first?.uuid ?? null,
    first_seen_seconds: 1,
    lasted_seconds: 2,
    worst_at_seconds: 2,
    spans_seconds: [[1, 3] as [number, number]],
    worst: 0.5,
    unit: 'share' as const,
    message: 'sent late',
    hint: 'use more `threads`',
  };
  const own = { ...finding, job_uuid: second?.uuid ?? null };
  const validity = { ...made.validity, valid: false, findings: [finding, own, { ...finding, job_uuid: null }] };
  const page = pageOf({ ...followed(made), validity });
  const span = { name: 'generator: late', kind: 'finding', from: 1, to: 3 };
  expect(page.data.spans).toEqual([{ ...span, jobs: ['job-1'] }, { ...span, jobs: ['job-2'] }, span]);
  expect(page.text).toContain('use more <code>threads</code>');
});
