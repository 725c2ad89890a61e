import { describe, expect, test } from 'vitest';
import { parseThreshold } from '../../../src/workload/features/thresholds/expression.ts';
import { failure, MISS, OK } from '../../../src/shared/outcome.ts';
import type { RecordedThreshold } from '../../../src/plan/threshold.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import { evaluateThreshold } from '../../../src/thresholds/evaluate-threshold.ts';
import type { ThresholdResult } from '../../../src/thresholds/threshold-result.ts';
import { buildJob, buildSnapshot, METRICS, request } from '../../snapshot-builder.ts';

/** 990 requests of 1, 2, ... 990 µs, then 4 misses of 5 ms and 6 failures of 20 ms, all of them 100 ms late. */
function thousand(recorder: Recorder): void {
  for (let micros = 1; micros <= 990; micros++) request(recorder, OK, micros / 1000, 100);
  for (let i = 0; i < 4; i++) request(recorder, MISS, 5, 100);
  for (let i = 0; i < 6; i++) request(recorder, failure('timeout'), 20, 100);
  recorder.skip(50);
}

const READS = buildJob({ name: 'reads', paced: true, record: thousand });
const WRITES = buildJob({
  name: 'writes',
  type: 'write',
  record: (recorder) => {
    for (let i = 0; i < 1000; i++) request(recorder, OK, 2);
  },
});
const COUNTED = buildJob({
  name: 'counted',
  metrics: METRICS,
  record: (recorder) => {
    request(recorder, OK, 50);
    for (let ms = 1; ms <= 1000; ms++) recorder.record(0, ms);
    recorder.record(1, 30);
  },
});
const IDLE = buildJob({ name: 'idle', status: 'canceled', elapsedMs: 0 });

function thresholdOf(text: string, changes: Partial<RecordedThreshold> = {}): RecordedThreshold {
  const read = parseThreshold(text);
  if ('message' in read) throw new Error(read.message);
  const uuids = [READS.uuid];
  return {
    kind: 'recorded',
    job: 'reads',
    uuids,
    type: undefined,
    step: undefined,
    jobType: 'read',
    abortOnFail: false,
    delayMs: 0,
    ...read,
    ...changes,
  };
}

function judged(text: string, changes: Partial<RecordedThreshold> = {}): ThresholdResult {
  return evaluateThreshold(thresholdOf(text, changes), buildSnapshot([READS, WRITES, IDLE]));
}

describe('uses the recorded value', () => {
  test.each([
    ['count == 1000', 1000],
    ['rate == 100', 100],
    ['errors == 6', 6],
    ['error_rate == 0.6%', 0.006],
    ['miss_rate == 0.4%', 0.004],
    ['skipped == 50', 50],
    ['service min <= 1us', 0.000001],
    ['service med < 1ms', 0.0005],
    ['service p(99) < 1ms', 0.00099],
    ['service max == 20ms', 0.02],
    // (1 + ... + 990) µs, 4 times 5 ms and 6 times 20 ms.
    ['service avg < 1ms', (0.490545 + 0.02 + 0.12) / 1000],
    // The middle of the slot that 100 ms fall into.
    ['lag > 99ms', 0.0999995],
    ['lag(50) > 99ms', 0.0999995],
    // Paced, so the default is response time.
    ['max == 120ms', 0.12],
    ['response max == 120ms', 0.12],
  ])('%s', (text, value) => {
    const verdict = judged(text);
    expect(verdict).toMatchObject({ ok: true, reason: undefined });
    expect(verdict.value).toBeCloseTo(value, 6);
  });

  test('uses the service time of a job without a pace', () => {
    expect(judged('max < 10ms', { uuids: [WRITES.uuid] }).value).toBe(0.002);
  });

  test.each([
    ['p(50) < 100ms', 'it is 101ms'],
    ['error_rate < 0.6%', 'it is 0.60%'],
    ['error_rate < 0.5999%', 'it is 0.6%'],
    ['rate > 100', 'it is 100.0/s'],
    ['count > 1000', 'it is 1,000'],
  ])('%s fails: %s', (text, reason) => {
    const verdict = judged(text);
    expect(verdict.ok).toBe(false);
    expect(verdict.reason?.slice(0, reason.length)).toBe(reason);
  });

  test.each([
    ['orders_total == 30', 30],
    ['orders_total > 0', 30],
    ['orders_total rate == 3', 3],
    ['first_byte p(95) < 951ms', 0.9505],
    ['first_byte avg <= 500.5ms', 0.5005],
    ['first_byte max == 1s', 1],
    ['first_byte count == 1000', 1000],
    ['first_byte rate == 100', 100],
    ['count == 1', 1],
  ])('of an additional metric: %s', (text, value) => {
    const verdict = evaluateThreshold(thresholdOf(text, { uuids: [COUNTED.uuid] }), buildSnapshot([READS, COUNTED]));
    expect(verdict).toMatchObject({ ok: true, reason: undefined });
    expect(verdict.value).toBeCloseTo(value, 3);
  });

  test('an additional metric without values does not pass, but a counter of 0 does', () => {
    const job = buildJob({ name: 'counted', metrics: METRICS });
    const evaluate = (text: string): ThresholdResult =>
      evaluateThreshold(thresholdOf(text, { uuids: [job.uuid] }), buildSnapshot([job]));
    expect(evaluate('first_byte p(99) < 1s').reason).toBe('no values of first_byte were recorded');
    expect(evaluate('cart_seconds max < 1s').reason).toBe('no values of cart_seconds were recorded');
    expect(evaluate('orders_total == 0')).toMatchObject({ ok: true, value: 0 });
    expect(evaluate('orders_total > 0')).toMatchObject({ ok: false, reason: 'it is 0' });
  });

  test('shows all digits of a value that rounds to its limit', () => {
    expect(judged('service p(99) < 0.989ms').reason).toMatch(/^it is (0\.99ms|990µs)$/);
    expect(judged('response max < 119.99ms')).toMatchObject({ ok: false, reason: 'it is 120ms' });
  });
});

describe('no values do not pass', () => {
  test.each(['count < 10', 'errors == 0', 'error_rate < 1%', 'miss_rate < 1%', 'rate < 5', 'skipped == 0'])(
    'no requests: %s',
    (text) => {
      expect(judged(text, { uuids: [IDLE.uuid] })).toMatchObject({
        ok: false,
        value: undefined,
        reason: 'no requests were recorded',
      });
    },
  );

  test.each(['p(99) < 1h', 'avg < 1h', 'min < 1h', 'max < 1h', 'lag < 1h', 'response max < 1h'])(
    'no durations: %s',
    (text) => {
      expect(judged(text, { uuids: [IDLE.uuid] })).toMatchObject({ ok: false, value: undefined });
    },
  );

  test('a missing job', () => {
    expect(judged('errors == 0', { uuids: ['another'] })).toMatchObject({ ok: false, value: undefined });
  });

  test.each([
    ['p(99.9) < 1h', true],
    ['p(0.1) < 1h', true],
    ['p(99.95) < 1h', 'not determinable from 1,000 requests: at least 2,000 needed'],
    ['p(0.05) < 1h', 'not determinable from 1,000 requests: at least 2,000 needed'],
    ['p(99.99) < 1h', 'not determinable from 1,000 requests: at least 10,000 needed'],
  ])('%s of 1,000 requests', (text, expected) => {
    const { ok, reason, value } = judged(text);
    expect(ok || reason).toBe(expected);
    expect(value === undefined).toBe(!ok);
  });
});

describe('several jobs together', () => {
  const all = { job: '', uuids: [READS.uuid, WRITES.uuid, IDLE.uuid], jobType: '' };

  test('adds up counts, and merges durations for percentiles', () => {
    expect(judged('count == 2000', all)).toMatchObject({ ok: true, job: '', uuid: '' });
    expect(judged('error_rate == 0.3%', all).ok).toBe(true);
    // 1000 responses of 100 ms and more, 1000 services of 2 ms.
    expect(judged('p(49) < 3ms', all).ok).toBe(true);
    expect(judged('p(51) > 99ms', all).ok).toBe(true);
    expect(judged('service max == 20ms', all).ok).toBe(true);
  });

  test('adds up the rates of concurrent jobs', () => {
    const rateOf = (...ends: number[]): number | undefined => {
      const { measured } = WRITES;
      const jobs = ends.map((endedEpochMs, index) =>
        Object.assign(buildJob({ name: `j${index}`, endedEpochMs }), { measured }),
      );
      return evaluateThreshold(thresholdOf('rate > 1', { uuids: jobs.map(({ uuid }) => uuid) }), buildSnapshot(jobs))
        .value;
    };
    expect(rateOf(100_000)).toBe(100);
    expect(rateOf(100_000, 100_000)).toBe(200);
    expect(rateOf(100_000, 105_000)).toBeCloseTo(2000 / 15, 9);
    // A pause between two jobs does not count as load.
    expect(rateOf(100_000, 200_000)).toBe(100);
  });

  test('covers all parts of a mixed job, or those of one type', () => {
    const read = { ...READS, uuid: 'm' };
    const write = { ...WRITES, uuid: 'm' };
    const countOf = (type?: 'read' | 'write') =>
      evaluateThreshold(thresholdOf('count > 0', { uuids: ['m'], type }), buildSnapshot([read, write])).value;
    expect([countOf(), countOf('read'), countOf('write')]).toEqual([2000, 1000, 1000]);
  });
});
