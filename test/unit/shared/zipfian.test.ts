import { describe, expect, it } from 'vitest';
import { createZeta } from '../../../src/shared/zipfian.ts';

/** The sum itself, with Kahan's compensation: a million rounding errors would be as large as the tested difference. */
function summed(theta: number, count: number): number {
  let sum = 0;
  let lost = 0;
  for (let term = 1; term <= count; term++) {
    const next = term ** -theta - lost;
    const total = sum + next;
    lost = total - sum - next;
    sum = total;
  }
  return sum;
}

describe('zeta', () => {
  it.each([0.01, 0.5, 0.8, 0.99, 0.999])('of theta %d is the sum to 1e-12', (theta) => {
    const zeta = createZeta(theta);
    for (const count of [1, 2, 3, 63, 64, 65, 66, 100, 1000, 12_345, 1_000_000]) {
      expect(Math.abs(zeta(count) / summed(theta, count) - 1), String(count)).toBeLessThan(1e-12);
    }
  });

  it('of ten billion is the constant that YCSB has calculated', () => {
    expect(Math.abs(createZeta(0.99)(1e10) / 26.46902820178302 - 1)).toBeLessThan(1e-9);
  });

  it('grows by its next term, at any size', () => {
    const zeta = createZeta(0.99);
    for (const count of [64, 65, 1000, 1e6]) {
      expect(zeta(count + 1) - zeta(count)).toBeCloseTo((count + 1) ** -0.99, 11);
    }
  });
});
