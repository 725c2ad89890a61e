import { describe, expect, test } from 'vitest';
import { gammaDraw } from '../../../src/shared/gamma.ts';
import { streamKey } from '../../../src/shared/random.ts';

/** Upper 0.1 % bound of the statistic of Kolmogorov and Smirnov for many samples. */
const KS_LIMIT = 1.95;

/** Distribution function of the sum of `shape` exponential draws: 1 minus the Poisson probabilities below `shape`. */
function gammaBelow(shape: number, value: number): number {
  let term = Math.exp(-value);
  let above = term;
  for (let count = 1; count < shape; count++) {
    term *= value / count;
    above += term;
  }
  return 1 - above;
}

describe.each([1, 2, 32, 400])('gamma draws of shape %i', (shape) => {
  const count = 50_000;
  const draw = gammaDraw(shape, streamKey('gamma', shape));
  const draws = Array.from({ length: count }, (_, counter) => draw(counter));

  test('have the distribution of a sum of exponential draws', () => {
    const sorted = draws.toSorted((a, b) => a - b);
    const distance = Math.max(
      ...sorted.map((value, index) => {
        const below = gammaBelow(shape, value);
        return Math.max(below - index / count, (index + 1) / count - below);
      }),
    );
    expect(distance * Math.sqrt(count)).toBeLessThan(KS_LIMIT);
  });

  test('are independent of the draws beside them', () => {
    const products = draws.slice(1).map((value, index) => (value - shape) * (draws[index]! - shape)); // one before it
    const correlation = products.reduce((sum, product) => sum + product, 0) / products.length / shape;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
  });
});
