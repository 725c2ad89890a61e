import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Point, SeriesHistory } from '../../../../src/sources/values/series-history.ts';

function record(values: readonly number[], maxPoints: number, everyMs = 1000): readonly Point[] {
  const history = new SeriesHistory(1000, maxPoints);
  for (const [index, value] of values.entries()) history.add({ atMs: 5000 + index * everyMs, value });
  return history.points;
}

describe('the history of a series', () => {
  it('has every value while there is room', () => {
    expect(record([3, 1, 2], 3)).toEqual([
      { atMs: 5000, value: 3 },
      { atMs: 6000, value: 1 },
      { atMs: 7000, value: 2 },
    ]);
  });

  it('keeps lowest, highest and last of equal spans when it is full', () => {
    // Spans of 4 s: lowest and highest of [5, 1, 9, 3] and the last; then [2, 2, 8, 0].
    expect(record([5, 1, 9, 3, 2, 2, 8, 0], 6).map(({ value }) => value)).toEqual([1, 9, 3, 8, 0]);
  });

  it('stores a constant value compactly', () => {
    expect(
      record(
        Array.from({ length: 1000 }, () => 7),
        600,
      ).length,
    ).toBeLessThanOrEqual(600);
    expect(record([7, 7, 7, 7], 3).every(({ value }) => value === 7)).toBe(true);
  });

  it('has the same resolution over the whole of a long run', () => {
    const points = record(
      Array.from({ length: 86_400 }, (_, second) => Math.sin(second / 1000)),
      600,
    );
    expect(points.length).toBeGreaterThan(150);
    expect(points.length).toBeLessThanOrEqual(600);
    const gaps = points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? 0));
    // 86,400 s in spans of 512 s: 169 spans.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_024_000);
  });

  it('keeps extremes and the last value, and stays bounded', () => {
    const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.integer({ min: 3, max: 40 }), (values, max) => {
        const points = record(values, max, 700);
        expect(points.length).toBeLessThanOrEqual(max);
        expect(points.at(-1)).toEqual({ atMs: 5000 + (values.length - 1) * 700, value: values.at(-1) });
        const times = points.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const { atMs, value } of points) expect(value).toBe(values[(atMs - 5000) / 700]);
        const numbers = values.filter((number) => !Number.isNaN(number));
        if (numbers.length < values.length) return;
        expect(Math.max(...points.map(({ value }) => value))).toBe(Math.max(...numbers));
        expect(Math.min(...points.map(({ value }) => value))).toBe(Math.min(...numbers));
      }),
    );
  });
});
