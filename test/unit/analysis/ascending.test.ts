import { expect, test } from 'vitest';
import { makeMonotonic } from '../../../src/analysis/batches.ts';

const interval = (percent: number, low: number | undefined, high: number | undefined) => ({
  percent,
  low,
  high,
  effectiveSamples: 100,
});

test('bounds never decrease towards higher percentiles, and missing ones are filled in', () => {
  const intervals = [
    interval(50, 0.01, 0.05),
    interval(90, 0.008, 0.04),
    interval(95, undefined, undefined),
    interval(99, 0.03, 0.06),
    interval(99.9, undefined, undefined),
  ];
  expect(makeMonotonic(intervals).map(({ percent, low, high }) => [percent, low, high])).toEqual([
    [50, 0.01, 0.04],
    [90, 0.01, 0.04],
    [95, 0.01, 0.06],
    [99, 0.03, 0.06],
    [99.9, 0.03, undefined],
  ]);
  expect(makeMonotonic([])).toEqual([]);
});
