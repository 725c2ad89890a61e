import { describe, expect, test } from 'vitest';
import { binomialQuantile, studentT975, Z_975 } from '../../../src/analysis/quantiles.ts';
import { effectiveSamples } from '../../../src/analysis/effective-samples.ts';
import { Draws, follow, type Noise, wandering } from './runs.ts';

test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
  [1000, 1.962],
])('Student: the 97.5 % quantile for %d degrees of freedom is %d', (degrees, t) => {
  expect(Math.abs(studentT975(degrees) / t - 1)).toBeLessThan(0.002);
});

test('Student without degrees of freedom has an infinite quantile', () => {
  expect(studentT975(0)).toBe(Infinity);
});

describe('binomial quantiles are the smallest number of sufficient probability', () => {
  /** By adding up all probabilities. */
  const byHand = (trials: number, share: number, quantile: number): number => {
    let [below, successes] = [0, -1];
    let term = 0;
    while (below < quantile && successes < trials) {
      successes++;
      // The logarithm of the binomial coefficient, factor by factor.
      term = 0;
      for (let i = 1; i <= successes; i++) term += Math.log((trials - i + 1) / i);
      below += Math.exp(term + successes * Math.log(share) + (trials - successes) * Math.log(1 - share));
    }
    return successes;
  };

  test.each([
    [1, 0.5],
    [10, 0.5],
    [50, 0.99],
    [100, 0.9],
    [400, 0.99],
    [700, 0.25],
  ])('%d trials of %d', (trials, share) => {
    expect(binomialQuantile(trials, share, 0.025, -Z_975)).toBe(byHand(trials, share, 0.025));
    expect(binomialQuantile(trials, share, 0.975, Z_975)).toBe(byHand(trials, share, 0.975));
  });

  test('approximates many trials within one of the exact quantile', () => {
    // 100,000 trials at a half: 50,000 and 1.96 standard deviations of 158.
    expect(Math.abs(binomialQuantile(100_000, 0.5, 0.975, Z_975) - 50_310)).toBeLessThanOrEqual(1);
  });
});

describe('effective sample size', () => {
  const batchesOf = (hits: readonly number[]) => hits.map((one) => ({ total: 100, hits: one }));

  test('is nearly the number of events if batches differ by chance', () => {
    const effective = effectiveSamples(batchesOf(Array.from({ length: 30 }, (_, at) => 10 + (at % 2))), 0.1);
    expect(effective).toBeCloseTo(3000 * (Z_975 / studentT975(29)) ** 2, 6);
  });

  test('is the number of batches if all events of a batch are equal', () => {
    const draws = new Draws('clusters');
    const effective = effectiveSamples(
      batchesOf(Array.from({ length: 200 }, () => (draws.normal() > 0 ? 100 : 0))),
      0.5,
    );
    expect(effective).toBeGreaterThan(120);
    expect(effective).toBeLessThan(240);
  });

  test('is smaller if adjacent batches are equal too', () => {
    const inRows = Array.from({ length: 200 }, (_, at) => (at % 40 < 20 ? 100 : 0));
    expect(effectiveSamples(batchesOf(inRows), 0.5)).toBeLessThan(30);
  });

  test('is unknown from fewer than five batches', () => {
    expect(effectiveSamples(batchesOf([10, 12, 9, 11]), 0.1)).toBeUndefined();
  });
});

describe('intervals of 100 runs contain the true value at least 93 times', () => {
  const Z: Readonly<Record<number, number>> = { 50: 0, 90: 1.2815516, 99: 2.3263479 };

  test.each<[string, Noise]>([
    ['independent requests', { level: 0, request: 0.5, memory: 0 }],
    ['a level that wanders', { level: 0.05, request: 0.5, memory: 0.3 }],
    ['a new level each second', { level: 0.1, request: 0.5, memory: 0 }],
  ])('%s', (_, noise) => {
    const covered = new Map<number, number>();
    for (let run = 0; run < 100; run++) {
      const { course } = follow(30, wandering(new Draws('coverage', run), 100, 20, noise));
      for (const { percent, low = 0, high = Infinity } of course.intervals) {
        const truth = 0.02 * Math.exp((Z[percent] ?? NaN) * Math.hypot(noise.level, noise.request));
        if (low <= truth && truth <= high) covered.set(percent, (covered.get(percent) ?? 0) + 1);
      }
    }
    for (const percent of [50, 90, 99]) expect(covered.get(percent), `p${percent}`).toBeGreaterThanOrEqual(93);
  });
});

describe('insufficient data gives no interval', () => {
  const course = (seconds: number, rate: number) =>
    follow(seconds, wandering(new Draws('short'), rate, 20, { level: 0, request: 0.5, memory: 0 })).course;

  test('a run of four seconds gives no intervals', () => {
    expect(course(4, 100).intervals).toEqual([]);
  });

  test('600 requests give p99 no upper bound, and the median both bounds', () => {
    const { intervals } = course(30, 10);
    const of = (percent: number) => intervals.find((one) => one.percent === percent);
    expect(of(50)).toMatchObject({ low: expect.any(Number) as number, high: expect.any(Number) as number });
    expect(of(99)).toMatchObject({ low: expect.any(Number) as number, high: undefined });
    expect(of(99.99)?.high).toBeUndefined();
  });
});
