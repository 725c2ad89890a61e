import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateFromBuckets } from '../../../../src/comparison/earlier-runs/estimates.ts';
import type { BucketHistory } from '../../../../src/comparison/earlier-runs/job-histories.ts';

const BOUNDS = [0.01, 0.025, 0.05, 0.1, Infinity];

/** Buckets of durations, as they stood after each of some parts. */
function historyOf(parts: readonly (readonly number[])[], bounds = BOUNDS): BucketHistory {
  const upTo = parts.map((_, at) => parts.slice(0, at + 1).flat());
  return { bounds, counts: bounds.map((bound) => upTo.map((all) => all.filter((one) => one <= bound).length)) };
}

/** So many durations, evenly spread between two. */
const spread = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, at) => from + ((at + 0.5) / count) * (to - from));

describe('interpolates a percentile linearly in its bucket', () => {
  const history = historyOf([spread(100, 0.01, 0.025).concat(spread(100, 0.025, 0.05))]);

  test.each([
    [25, 0.0175, 0.01, 0.025],
    [50, 0.025, 0.01, 0.025],
    [75, 0.0375, 0.025, 0.05],
    [99, 0.0495, 0.025, 0.05],
  ])('p%d is about %d', (percent, value, low, high) => {
    const estimate = estimateFromBuckets(history, percent, 10);
    expect(estimate?.value).toBeCloseTo(value, 9);
    expect(estimate?.within).toEqual({ low, high });
  });

  test('has the lower bound 0 in the first bucket, and no upper bound in the last', () => {
    expect(estimateFromBuckets(historyOf([spread(100, 0.001, 0.009)]), 50, 10)?.within).toEqual({ low: 0, high: 0.01 });
    expect(estimateFromBuckets(historyOf([spread(100, 1, 2)]), 50, 10)).toMatchObject({
      value: 0.1,
      within: { low: 0.1, high: Infinity },
    });
  });
});

test('the bounds always contain the true percentile', () => {
  const duration = fc.double({ min: 0, max: 0.3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(duration, { minLength: 100, maxLength: 300 }),
      fc.integer({ min: 1, max: 99 }),
      (all, percent) => {
        const sorted = all.toSorted((a, b) => a - b);
        const truth = sorted[Math.ceil((percent * all.length) / 100) - 1] ?? NaN;
        const { within = { low: NaN, high: NaN } } = estimateFromBuckets(historyOf([all]), percent, 10) ?? {};
        expect(within.low <= truth && truth <= within.high).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('too few durations determine no percentile', () => {
  expect(estimateFromBuckets(historyOf([spread(99, 0.01, 0.02)]), 99, 10)).toBeUndefined();
  expect(estimateFromBuckets(historyOf([]), 50, 10)).toBeUndefined();
});

describe('random error is expressed in buckets', () => {
  const even = (parts: number) => Array.from({ length: parts }, () => spread(100, 0.01, 0.05));

  test('uses the bounds of the next bucket if the random error reaches it', () => {
    // p37 is at 0.0248 of 0.025: of 800 durations chance may move it by 3 %.
    const estimate = estimateFromBuckets(historyOf(even(8)), 37, 10);
    expect(estimate?.within).toEqual({ low: 0.01, high: 0.025 });
    expect([estimate?.low, estimate?.high]).toEqual([0.01, 0.05]);
    // p25 is at 0.02, far from either bound.
    expect(estimateFromBuckets(historyOf(even(8)), 25, 10)).toMatchObject({ low: 0.01, high: 0.025 });
  });

  test('is unknown with fewer than five parts', () => {
    expect(estimateFromBuckets(historyOf(even(4)), 25, 10)).toMatchObject({ low: undefined, high: undefined });
  });

  test('ignores intervals without requests', () => {
    const withPauses = even(3).flatMap((part) => [part, []]);
    expect(estimateFromBuckets(historyOf(withPauses), 25, 10)).toMatchObject({ low: undefined, high: undefined });
  });
});
