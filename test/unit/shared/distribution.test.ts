import { describe, expect, it } from 'vitest';
import { createDraw, type IntegerDistribution, maximumOf } from '../../../src/shared/distribution.ts';
import { createZeta } from '../../../src/shared/zipfian.ts';
import { chiSquared, chiSquaredBound } from '../data/chi-squared.ts';

const DRAWS = 200_000;
const KEY = 20_241_130;

/** How often each value from `from` on is drawn. */
function countsOf(distribution: IntegerDistribution, from: number, count: number, key = KEY): number[] {
  const draw = createDraw(distribution, key);
  const counts = Array.from({ length: count }, () => 0);
  for (let counter = 0; counter < DRAWS; counter++) {
    const value = draw(counter);
    if (!Number.isSafeInteger(value) || value < from || value >= from + count) throw new Error(`drew ${value}`);
    counts[value - from]!++; // checked above
  }
  return counts;
}

/** Integral by Simpson's rule. */
function integral(density: (x: number) => number, from: number, to: number, steps = 200): number {
  const width = (to - from) / steps;
  let sum = density(from) + density(to);
  for (let step = 1; step < steps; step++) sum += density(from + step * width) * (step % 2 === 1 ? 4 : 2);
  return (sum * width) / 3;
}

const bell = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Probability of each of `count` values, by theory. */
const THEORY: Readonly<Record<'uniform' | 'zipfian' | 'normal' | 'exponential', (count: number) => number[]>> = {
  uniform: (count) => Array.from({ length: count }, () => 1 / count),
  normal(count) {
    const deviation = count / 6;
    const within = integral(bell, -3, 3, 2000);
    return Array.from({ length: count }, (_, place) => {
      const at = (x: number): number => (x - count / 2) / deviation;
      return integral(bell, at(place), at(place + 1)) / within;
    });
  },
  exponential(count) {
    const left = (x: number): number => Math.exp((-5 * x) / count);
    return Array.from({ length: count }, (_, place) => (left(place) - left(place + 1)) / (1 - Math.exp(-5)));
  },
  /** As in YCSB: exact for the first two values, a formula of the inverse for the others. */
  zipfian(count) {
    const zeta = createZeta(0.99)(count);
    const second = 1 + 0.5 ** 0.99;
    const eta = (1 - (2 / count) ** 0.01) / (1 - second / zeta);
    const upTo = (rank: number): number => {
      if (rank <= 1) return rank / zeta;
      if (rank === 2) return second / zeta;
      return ((rank / count) ** 0.01 - 1 + eta) / eta;
    };
    return Array.from({ length: count }, (_, rank) => upTo(rank + 1) - upTo(rank));
  },
};

describe.each(['uniform', 'zipfian', 'normal', 'exponential'] as const)('%s', (kind) => {
  it.each([
    [1, 10],
    [-30, 29],
    [1000, 1100],
  ])('from %d to %d has the probabilities of theory', (from, to) => {
    const count = to - from + 1;
    const counts = countsOf({ kind, from, to }, from, count);
    const expected = THEORY[kind](count).map((probability) => probability * DRAWS);
    expect(expected.reduce((sum, one) => sum + one)).toBeCloseTo(DRAWS, 3);
    expect(chiSquared(counts, expected)).toBeLessThan(chiSquaredBound(count - 1));
  });

  it('covers one value, two, and 10^15', () => {
    expect(countsOf({ kind, from: 7, to: 7 }, 7, 1)).toEqual([DRAWS]);
    expect(countsOf({ kind, from: 7, to: 8 }, 7, 2)).not.toContain(0);
    const draw = createDraw({ kind, from: -5e14, to: 5e14 }, KEY);
    for (let counter = 0; counter < 1000; counter++) expect(Math.abs(draw(counter))).toBeLessThanOrEqual(5e14);
  });

  it('is a pure function of the counter', () => {
    const [one, other] = [createDraw({ kind, from: 1, to: 1e6 }, 5), createDraw({ kind, from: 1, to: 1e6 }, 5)];
    const later = Array.from({ length: 100 }, (_, n) => one(99 - n)).toReversed();
    expect(later).toEqual(Array.from({ length: 100 }, (_, n) => other(n)));
    expect(later).not.toEqual(Array.from({ length: 100 }, (_, n) => createDraw({ kind, from: 1, to: 1e6 }, 6)(n)));
  });
});

describe('weighted values', () => {
  const distribution = {
    kind: 'weighted',
    values: [
      { value: 0, weight: 9 },
      { value: 2, weight: 0.5 },
      { value: 1, weight: 3 },
    ],
  } as const;

  it('are drawn in proportion to their weights', () => {
    const expected = [9, 3, 0.5].map((weight) => (weight / 12.5) * DRAWS);
    expect(chiSquared(countsOf(distribution, 0, 3), expected)).toBeLessThan(chiSquaredBound(2));
  });

  it('have a maximum, as all distributions', () => {
    expect(maximumOf(distribution)).toBe(2);
    expect(maximumOf({ kind: 'constant', value: 5 })).toBe(5);
    expect(maximumOf({ kind: 'normal', from: 1, to: 9 })).toBe(9);
  });
});
