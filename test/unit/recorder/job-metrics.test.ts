import { expect, test } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { addTallies } from '../../../src/recorder/add-tallies.ts';
import { countsOf } from '../../../src/recorder/snapshot.ts';
import { allocateTally, readTally, tallyLayout } from '../../../src/recorder/tally.ts';
import { SLOTS } from '../../../src/recorder/latency-counts.ts';
import { BOUNDS, buildJob, buildSnapshot, METRICS, recordTally, request } from '../../snapshot-builder.ts';

const FIRST_BYTE = 0;
const ORDERS = 1;
const CART = 2;

function recordAll(recorder: Recorder): void {
  request(recorder, OK, 7);
  for (let ms = 1; ms <= 100; ms++) recorder.record(FIRST_BYTE, ms);
  recorder.record(ORDERS, 3);
  recorder.record(ORDERS, 4);
  recorder.record(CART, 1500);
}

test('counters are summed, and trends have buckets, sum, maximum and percentiles', () => {
  const { metrics, service, ok } = recordTally(recordAll, { metrics: METRICS });
  expect(metrics.map(({ metric, total }) => [metric.name, total])).toEqual([
    ['first_byte', undefined],
    ['orders_total', 7],
    ['cart_seconds', undefined],
  ]);
  const [first, , cart] = metrics.map(({ durations }) => durations);
  // Up to 0.5, 1, 2.5, 5, 10, 25, 50, 100 ms.
  expect(first?.counts).toEqual([0, 1, 1, 3, 5, 15, 25, 50, 0, 0, 0, 0, 0, 0, 0]);
  expect([first?.sumSeconds, first?.maxSeconds, first?.latency.total]).toEqual([5.05, 0.1, 100]);
  expect(first?.latency.percentile(50)).toBeCloseTo(0.05, 4);
  expect([cart?.sumSeconds, cart?.maxSeconds, cart?.latency.total]).toEqual([1.5, 1.5, 1]);
  expect([ok, service.sumSeconds]).toEqual([1, 0.007]);
});

test('a job without additional metrics has no memory for them, and ignores their values', () => {
  const none = tallyLayout(BOUNDS, true, true, true, ['a check']);
  const all = tallyLayout(BOUNDS, true, true, true, ['a check'], METRICS);
  const trend = 2 + BOUNDS.length + 1 + SLOTS;
  expect(all.length - none.length).toBe(1 + 2 * trend);
  expect(all).toMatchObject({ service: none.service, statuses: none.statuses, failedChecks: none.failedChecks });
  expect(recordTally(recordAll).metrics).toEqual([]);
});

test('a part of a job records its own metrics by their index in the job', () => {
  const [, ...ofJob] = METRICS;
  const layout = tallyLayout(BOUNDS, false, false, false, [], ofJob);
  const memory = allocateTally(layout);
  recordAll(new Recorder(memory, layout));
  const { metrics } = readTally([memory], layout);
  expect(metrics.map(({ metric, total, durations }) => [metric.name, total ?? durations.latency.total])).toEqual([
    ['orders_total', 7],
    ['cart_seconds', 1],
  ]);
});

test('values of several threads and of two tallies are added', () => {
  const layout = tallyLayout(BOUNDS, false, false, false, [], METRICS);
  const memories = [allocateTally(layout), allocateTally(layout)];
  for (const memory of memories) recordAll(new Recorder(memory, layout));
  const both = readTally(memories, layout);
  const four = addTallies(both, both);
  expect(both.metrics.map(({ total, durations }) => total ?? durations.latency.total)).toEqual([200, 14, 2]);
  expect(four.metrics.map(({ total, durations }) => total ?? durations.latency.total)).toEqual([400, 28, 4]);
  expect(four.metrics[0]?.durations?.counts).toEqual(both.metrics[0]?.durations?.counts.map((count) => 2 * count));
});

test('a snapshot without latencies keeps counters and buckets', () => {
  const job = buildJob({ name: 'a', metrics: METRICS, record: recordAll });
  const [bare] = countsOf(buildSnapshot([job])).jobs;
  const [first, orders] = bare?.measured.metrics ?? [];
  expect([first?.durations?.latency.total, first?.durations?.counts[7], orders?.total]).toEqual([0, 50, 7]);
});
