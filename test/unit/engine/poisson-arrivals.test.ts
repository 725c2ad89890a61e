import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PoissonArrivals } from '../../../src/engine/poisson-arrivals.ts';
import { streamKey } from '../../../src/shared/random.ts';

const COUNT = 200_000;
const BLOCK = 1024;
const PART = 32;
/** Upper 0.1 % bound of the statistic of Kolmogorov and Smirnov for many samples. */
const KS_LIMIT = 1.95;

function positionsOf(key: number, count = COUNT): number[] {
  const arrivals = new PoissonArrivals(key);
  return Array.from({ length: count }, (_, sequence) => arrivals.positionOf(sequence));
}

function gapsOf(positions: readonly number[]): number[] {
  return positions.map((position, index) => position - (positions[index - 1] ?? 0));
}

/** Statistic of Kolmogorov and Smirnov: the largest difference from the exponential distribution, times sqrt(n). */
function distanceFromExponential(gaps: readonly number[]): number {
  const count = gaps.length;
  const differences = gaps
    .toSorted((a, b) => a - b)
    .map((gap, index) => {
      const below = -Math.expm1(-gap);
      return Math.max(below - index / count, (index + 1) / count - below);
    });
  return differences.reduce((most, one) => Math.max(most, one)) * Math.sqrt(count);
}

/** Correlation of each gap with the one `lag` gaps later; both have mean and variance 1. */
function correlationOf(gaps: readonly number[], lag: number): number {
  const products = gaps.slice(lag).map((gap, index) => (gap - 1) * (gaps[index]! - 1)); // `lag` before it
  return products.reduce((sum, product) => sum + product, 0) / products.length;
}

/** Variance of the counts in windows of a length, divided by their mean: 1 for a Poisson process. */
function dispersionOf(positions: readonly number[], length: number): { ratio: number; windows: number } {
  const windows = Math.floor(positions.at(-1)! / length); // not empty
  const counts = Array.from({ length: windows }, () => 0);
  for (const position of positions) {
    const window = Math.floor(position / length);
    if (window < windows) counts[window]!++; // inside
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (windows - 1);
  return { ratio: variance / mean, windows };
}

describe.each(['a', 'b', 'c'])('Poisson arrivals of seed %s', (seed) => {
  const positions = positionsOf(streamKey(seed));
  const gaps = gapsOf(positions);

  test('have exponential gaps of mean 1', () => {
    expect(distanceFromExponential(gaps)).toBeLessThan(KS_LIMIT);
    expect(Math.abs(positions.at(-1)! - COUNT)).toBeLessThan(4 * Math.sqrt(COUNT)); // not empty
  });

  test.each([
    ['the first of a block', BLOCK, 0],
    ['the last of a block', BLOCK, BLOCK - 1],
    ['the first of a part', PART, 0],
    ['the last of a part', PART, PART - 1],
  ])('have exponential gaps at each place: %s', (_, every, place) => {
    expect(distanceFromExponential(gaps.filter((_gap, sequence) => sequence % every === place))).toBeLessThan(KS_LIMIT);
  });

  test.each([1, 2, PART, BLOCK])('have independent gaps %i arrivals apart', (lag) => {
    expect(Math.abs(correlationOf(gaps, lag))).toBeLessThan(4 / Math.sqrt(COUNT));
  });

  test('have independent gaps across the borders of parts', () => {
    const beside = gaps.flatMap((gap, sequence) =>
      sequence > 0 && sequence % PART === 0 ? [(gap - 1) * (gaps[sequence - 1]! - 1)] : [],
    );
    const correlation = beside.reduce((sum, product) => sum + product, 0) / beside.length;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(beside.length));
  });

  // Shorter than a gap, of a part, of a block, and of several blocks, and none a multiple of their lengths.
  test.each([0.7, 5, 33, 117, 1100, 2500])('have a count in windows of %d whose variance is its mean', (length) => {
    const { ratio, windows } = dispersionOf(positions, length);
    // The ratio has about a chi-square distribution, of variance 2 / (windows - 1) + 1 / (windows * mean).
    const deviation = Math.sqrt(2 / (windows - 1) + 1 / (windows * length));
    expect(Math.abs(ratio - 1)).toBeLessThan(4 * deviation);
  });
});

test('positions do not depend on the arrivals that are asked for, nor on their order', () => {
  const positions = positionsOf(7, 10_000);
  fc.assert(
    fc.property(fc.array(fc.nat(9999), { minLength: 1, maxLength: 50 }), (sequences) => {
      const arrivals = new PoissonArrivals(7);
      for (const sequence of sequences) expect(arrivals.positionOf(sequence)).toBe(positions[sequence]);
    }),
  );
});

test('positions never fall', () => {
  expect(gapsOf(positionsOf(8)).every((gap) => gap >= 0)).toBe(true);
});

test('the first arrival that is not due is that of a search one by one', () => {
  const positions = positionsOf(9, 20_000);
  const search = fc.record({
    from: fc.nat(9000),
    length: fc.nat(9000),
    due: fc.double({ min: -1, max: 19_000, noNaN: true }),
  });
  const arrivals = new PoissonArrivals(9);
  fc.assert(
    fc.property(search, ({ from, length, due }) => {
      const isDue = (position: number): boolean => position < due;
      let expected = from;
      while (expected < from + length && isDue(positions[expected]!)) expected++; // fewer than 20,000
      expect(arrivals.firstNotDue(from, from + length, isDue)).toBe(expected);
      // Leaves the positions as they are.
      expect(arrivals.positionOf(from)).toBe(positions[from]);
    }),
    { numRuns: 300 },
  );
});

test('other seeds have other arrivals', () => {
  expect(positionsOf(1, 100)).not.toEqual(positionsOf(2, 100));
});
