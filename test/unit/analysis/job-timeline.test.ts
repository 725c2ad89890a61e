import { describe, expect, test } from 'vitest';
import { BatchSeries, downsample } from '../../../src/analysis/batches.ts';
import { findDrift } from '../../../src/analysis/drift.ts';
import { TimelineBuffer, type TimelinePoint } from '../../../src/analysis/timeline-buffer.ts';
import { EMPTY_LATENCIES } from '../../../src/recorder/latency-counts.ts';
import { Draws, follow } from './runs.ts';

describe('a timeline', () => {
  test('has one record per second', () => {
    const { course } = follow(3, (second) =>
      Array.from({ length: 100 * second }, (_, index) => ({ ms: second * (index + 1), failed: index < second })),
    );
    expect([...course.timeline]).toMatchObject([
      { at: 1, seconds: 1, requests: 100, errors: 1, inFlight: 0, lagP99: undefined },
      { at: 2, seconds: 1, requests: 200, errors: 2 },
      { at: 3, seconds: 1, requests: 300, errors: 3 },
    ]);
    const [first, second, third] = course.timeline;
    expect(first?.p50).toBeCloseTo(0.05, 4);
    expect(first?.p99).toBeCloseTo(0.099, 4);
    expect(first?.max).toBeCloseTo(0.1, 4);
    // Covers this second only.
    expect(second?.p50).toBeCloseTo(0.2, 3);
    expect(third?.max).toBeCloseTo(0.9, 3);
  });

  test('a second without a request has no latency', () => {
    const { course } = follow(3, (second) => (second === 2 ? [] : [{ ms: 5 }]));
    expect(course.timeline.at(1)).toMatchObject({ requests: 0, p50: undefined, p99: undefined, max: undefined });
  });

  test('merges two seconds into one beyond an hour, and keeps peaks', () => {
    const timeline = new TimelineBuffer();
    const record = (at: number): TimelinePoint => ({
      at,
      seconds: timeline.stepSeconds,
      requests: 10,
      errors: 1,
      p50: 0.01,
      p90: 0.02,
      p99: at === 1000 ? 5 : 0.03,
      max: at === 1000 ? 9 : 0.04,
      inFlight: at,
      lagP99: undefined,
    });
    for (let at = 1; at <= 3600; at++) timeline.add(record(at));
    expect(timeline.rows).toHaveLength(3600);
    timeline.add(record(3602));
    expect(timeline.stepSeconds).toBe(2);
    expect(timeline.rows).toHaveLength(1801);
    expect(timeline.rows.at(499)).toMatchObject({ at: 1000, seconds: 2, requests: 20, errors: 2, p99: 5, max: 9 });
    expect([...timeline.rows].reduce((sum, { requests }) => sum + requests, 0)).toBe(36_010);
  });
});

test('keeps at most 32 batches, without losing requests', () => {
  const batches = new BatchSeries();
  for (let second = 0; second < 1000; second++) {
    batches.add({ seconds: 1, requests: second, errors: 1, latency: EMPTY_LATENCIES });
  }
  const groups = batches.all;
  expect(groups.length).toBeGreaterThan(16);
  expect(groups.length).toBeLessThanOrEqual(32);
  expect(groups.reduce((sum, { requests }) => sum + requests, 0)).toBe(499_500);
  expect(groups.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(1000);
  // All but the last are of the same length.
  expect(new Set(groups.slice(0, -1).map(({ seconds }) => seconds)).size).toBe(1);
});

test.each([
  [10, 10],
  [33, 17],
  [100, 25],
])('%d neighbours become %d', (count, groups) => {
  const ones = Array.from({ length: count }, () => 1);
  const grouped = downsample(ones, (a, b) => a + b);
  expect(grouped).toHaveLength(groups);
  expect(grouped.reduce((a, b) => a + b)).toBe(count);
});

describe('drift', () => {
  const series = (count: number, valueAt: (at: number) => number) =>
    Array.from({ length: count }, (_, at) => valueAt(at));

  test('is the significant change of medians', () => {
    const draws = new Draws('drift');
    const drift = findDrift(series(30, (at) => 10 + at / 5.8 + draws.normal() * 0.3));
    expect(drift?.change).toBeCloseTo(5 / 10, 1);
    expect(findDrift(series(30, (at) => 20 - at / 5))?.change).toBeCloseTo(-5.8 / 20, 2);
  });

  test('is never a decrease by more than 100 %', () => {
    const change = findDrift(series(20, (at) => (at < 10 ? 30 : 0.3)))?.change ?? NaN;
    expect(change).toBeGreaterThan(-1);
    expect(findDrift(series(11, (at) => 30 / 1.5 ** at))?.change).toBeCloseTo(1.5 ** -10 - 1, 6);
  });

  test('is not reported for steady, small or short changes', () => {
    expect(findDrift(series(30, () => 10))).toBeUndefined();
    expect(findDrift(series(30, (at) => 10 + at / 100))).toBeUndefined();
    expect(findDrift(series(9, (at) => at + 1))).toBeUndefined();
    expect(findDrift([])).toBeUndefined();
  });

  test('is reported falsely in one of a hundred runs', () => {
    const draws = new Draws('none');
    const found = series(500, () =>
      Number(findDrift(series(30, () => 10 * Math.exp(0.3 * draws.normal()))) !== undefined),
    );
    expect(found.reduce((a, b) => a + b)).toBeLessThanOrEqual(12);
  });
});
