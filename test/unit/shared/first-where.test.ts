import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstWhere } from '../../../src/shared/first-where.ts';

test('finds the first number for which a condition holds, or the end', () => {
  const range = fc.record({ from: fc.nat(1000), length: fc.nat(2000), change: fc.nat(4000) });
  fc.assert(
    fc.property(range, ({ from, length, change }) => {
      const until = from + length;
      expect(firstWhere(from, until, (number) => number >= change)).toBe(Math.min(until, Math.max(from, change)));
      expect(firstWhere(from, Infinity, (number) => number >= change)).toBe(Math.max(from, change));
    }),
    { numRuns: 1000 },
  );
});

test('takes a number of steps that grows with the logarithm of the distance', () => {
  let steps = 0;
  const found = firstWhere(0, Infinity, (number) => {
    steps++;
    return number >= 1e15;
  });
  expect(found).toBe(1e15);
  expect(steps).toBeLessThan(2 * Math.log2(1e15) + 3);
});
