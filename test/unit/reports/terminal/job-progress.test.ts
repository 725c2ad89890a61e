import { expect, test } from 'vitest';
import { failure, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import {
  hasFinished,
  isRunning,
  overallProgress,
  intervalProgress,
} from '../../../../src/reports/terminal/job-progress.ts';
import { buildJob, buildSnapshot, request } from '../../../snapshot-builder.ts';

/** `count` requests of `ms` each, the last one late by `lagMs`. */
function requests(count: number, ms: number): (recorder: Recorder) => void {
  return (recorder) => {
    for (let i = 0; i < count; i++) request(recorder, OK, ms);
  };
}

test('shows rate and percentiles since the previous snapshot, and total counts', () => {
  const job = { name: 'reads', status: 'in_progress' } as const;
  const early = buildJob({ ...job, elapsedMs: 1000, record: requests(900, 1) });
  const late = buildJob({
    ...job,
    elapsedMs: 3000,
    record: (recorder) => {
      requests(900, 1)(recorder);
      requests(90, 2)(recorder);
      request(recorder, failure('timeout'), 1.5);
    },
  });
  const progress = intervalProgress(buildSnapshot([early], 0), buildSnapshot([late], 2000), late);
  // 91 in 2 s. Over the whole run p50 would be 1 ms.
  expect(progress).toMatchObject({ requests: 991, errors: 1, rate: 45.5, p50Ms: 2, p99Ms: 2 });
});

test('shows a stall as no rate and no percentiles', () => {
  const early = buildJob({ name: 'a', status: 'in_progress', elapsedMs: 1000, record: requests(10, 1) });
  const late = { ...early, elapsedMs: 2000 };
  const progress = intervalProgress(buildSnapshot([early], 0), buildSnapshot([late], 1000), late);
  expect(progress).toMatchObject({ requests: 10, rate: 0, p50Ms: undefined, p99Ms: undefined });
});

test('shows values since the start at first', () => {
  const job = buildJob({ name: 'a', status: 'in_progress', elapsedMs: 500, record: requests(10, 1) });
  expect(intervalProgress(undefined, buildSnapshot([job]), job)).toMatchObject({ rate: 20, p50Ms: 1 });
  const unstarted = buildJob({ name: 'a', status: 'in_progress', elapsedMs: 0 });
  expect(intervalProgress(undefined, buildSnapshot([unstarted]), unstarted).rate).toBeUndefined();
});

test('shows the response time of paced jobs', () => {
  const record = (recorder: Recorder): void => request(recorder, OK, 1, 50);
  const job = buildJob({ name: 'a', status: 'in_progress', paced: true, elapsedMs: 1000, record });
  const { p50Ms } = intervalProgress(undefined, buildSnapshot([job]), job);
  expect(p50Ms).toBeGreaterThan(50.9);
  expect(p50Ms).toBeLessThan(51.1);
});

test('shows separate numbers for a warm-up, since the previous snapshot', () => {
  const warm = (count: number) =>
    buildJob({ name: 'a', status: 'warm_up', elapsedMs: 0, recordWarmUp: requests(count, 1), durationMs: 1000 });
  const before = buildSnapshot([warm(100)], 1000);
  const now = buildSnapshot([warm(350)], 1500);
  expect(intervalProgress(before, now, warm(350))).toMatchObject({ requests: 350, rate: 500, fraction: undefined });
  expect(intervalProgress(undefined, now, warm(350)).rate).toBeUndefined();
});

test('restarts after the warm-up', () => {
  const recordWarmUp = requests(100, 1);
  const before = buildJob({ name: 'a', status: 'warm_up', elapsedMs: 0, recordWarmUp });
  const now = buildJob({ name: 'a', status: 'in_progress', elapsedMs: 500, recordWarmUp, record: requests(20, 2) });
  expect(intervalProgress(buildSnapshot([before]), buildSnapshot([now]), now)).toMatchObject({
    requests: 20,
    rate: 40,
    p50Ms: 2,
  });
});

test.each([
  [{ durationMs: 20_000 }, 0.5],
  [{ operations: 400 }, 0.25],
  [{ durationMs: 20_000, operations: 400 }, 0.5],
  [{ durationMs: 100_000, operations: 400 }, 0.25],
  [{ durationMs: 5000 }, 1],
  [{}, undefined],
])('100 requests in 10 s of %j are a fraction of %d', (limits, fraction) => {
  const job = buildJob({ name: 'a', record: requests(100, 1), elapsedMs: 10_000, ...limits });
  expect(overallProgress(job, [job]).fraction).toBe(fraction);
});

test('overall covers the whole job', () => {
  const job = buildJob({ name: 'a', elapsedMs: 4000, record: requests(100, 1) });
  expect(overallProgress(job, [job])).toMatchObject({ requests: 100, rate: 25, p50Ms: 1, p99Ms: 1, errors: 0 });
});

test.each([
  ['pending', false, false],
  ['warm_up', true, false],
  ['in_progress', true, false],
  ['completed', false, true],
  ['failed', false, true],
  ['canceled', false, true],
] as const)('a job that is %s: running %s, over %s', (status, running, over) => {
  const job = buildJob({ name: 'a', status, record: requests(1, 1) });
  expect([isRunning(job), hasFinished(job)]).toEqual([running, over]);
});

test('a job canceled before its start has no end', () => {
  expect(hasFinished(buildJob({ name: 'a', status: 'canceled' }))).toBe(false);
});
