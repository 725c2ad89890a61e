import { expect, test } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { createMetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { formatOpenMetrics } from '../../../src/metrics/open-metrics.ts';
import { formatText } from '../../../src/metrics/text.ts';
import type { JobMetric } from '../../../src/shared/job-metric.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';
import { registryOptions } from '../../registry-options.ts';
import { buildJob, buildSnapshot, METRICS, request } from '../../snapshot-builder.ts';

const JOB = buildJob({
  name: 'reads',
  metrics: METRICS,
  record: (recorder) => {
    request(recorder, OK, 9);
    for (const ms of [1, 40, 60]) recorder.record(0, ms);
    recorder.record(1, 12);
    recorder.record(2, 1500);
  },
});
const OTHER = buildJob({ name: 'others' });

const collect = (...runs: Parameters<typeof buildSnapshot>[0][]) =>
  createMetricsRegistry(registryOptions({})).collect(runs.map((jobs) => buildSnapshot(jobs)));

test('counters and histograms have the labels of their job; other jobs have no series', async () => {
  const families = parseExposition(formatText(await collect([JOB, OTHER]), { timestamps: false }));
  const labels = { job: 'reads', job_type: 'read', job_uuid: 'uuid-of-reads', agent: 'agent-1' };
  expect(sampleOf(families, 'orders_total', labels)).toBe(12);
  expect(sampleOf(families, 'requests_first_byte_seconds_bucket', { ...labels, le: '0.001' })).toBe(1);
  expect(sampleOf(families, 'requests_first_byte_seconds_bucket', { ...labels, le: '0.05' })).toBe(2);
  expect(sampleOf(families, 'requests_first_byte_seconds_bucket', { ...labels, le: '+Inf' })).toBe(3);
  expect(sampleOf(families, 'requests_first_byte_seconds_sum', labels)).toBeCloseTo(0.101, 12);
  expect(sampleOf(families, 'cart_seconds_count', labels)).toBe(1);
  const names = new Set(METRICS.map(({ family }) => family));
  const own = families.filter(({ name }) => names.has(name));
  expect(own.map(({ name, type }) => [name, type])).toEqual([
    ['requests_first_byte_seconds', 'histogram'],
    ['orders_total', 'counter'],
    ['cart_seconds', 'histogram'],
  ]);
  expect(own.flatMap(({ samples }) => samples).every((sample) => sample.labels['job'] === 'reads')).toBe(true);
});

test('OpenMetrics has the same series; a counter without _total has no type there', async () => {
  const plain: JobMetric = { index: 3, name: 'carts', family: 'carts', type: 'counter', help: 'Carts.', scope: 'job' };
  const job = buildJob({ name: 'a', metrics: [...METRICS, plain] });
  const text = formatOpenMetrics(await collect([job]));
  expect(text).toContain('# TYPE orders counter\n# HELP orders Orders.\norders_total{');
  expect(text).toContain('# TYPE carts unknown\n');
  expect(text).toContain('# TYPE cart_seconds histogram\n# UNIT cart_seconds seconds\n');
});

test('a metric whose type changed between two runs is exposed as in the newer one', async () => {
  const asTrend: JobMetric = { index: 0, name: 'x', family: 'x', type: 'trend', help: 'X.', scope: 'job' };
  const older = buildJob({ name: 'older', metrics: [asTrend] });
  const newer = buildJob({ name: 'newer', metrics: [{ ...asTrend, type: 'counter' }] });
  const families = (await collect([older], [newer])).families.filter(({ name }) => name === 'x');
  expect(families).toHaveLength(1);
  expect(families[0]).toMatchObject({ type: 'counter', samples: [{ labels: { job: 'newer' }, value: 0 }] });
});
