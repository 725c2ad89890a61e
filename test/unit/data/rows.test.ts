import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRowSelection } from '../../../src/data/rows.ts';
import { firstOf } from './data-builder.ts';

test('a shuffle uses each row once a round', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), fc.nat(20), (rows, seed, round) => {
      const rowOf = createRowSelection('shuffle', rows, seed, 'f');
      const drawn = Array.from({ length: rows }, (_, index) => rowOf(round * rows + index));
      expect(drawn.toSorted((a, b) => a - b)).toEqual(firstOf(rows, (row) => row));
    }),
  );
});

test('a shuffle of millions of rows uses each once', () => {
  const rows = 2_000_003;
  const rowOf = createRowSelection('shuffle', rows, 7, 'f');
  const seen = new Uint8Array(rows);
  for (let number = 0; number < rows; number++) seen[rowOf(rows + number)]!++;
  expect(seen.every((count) => count === 1)).toBe(true);
});

test('a shuffle differs by round, seed and feeder, and is the same for the same of each', () => {
  const orderOf = (seed: number, feeder: string, round = 0): string => {
    const rowOf = createRowSelection('shuffle', 50, seed, feeder);
    return firstOf(50, (index) => rowOf(round * 50 + index)).join(' ');
  };
  const orders = [orderOf(1, 'a'), orderOf(2, 'a'), orderOf(1, 'b'), orderOf(1, 'a', 1), orderOf(1, 'a', 2 ** 40)];
  expect(new Set(orders).size).toBe(5);
  expect(orderOf(1, 'a')).toBe(orders[0]);
});

test('each row is as likely at each place of a shuffle', () => {
  const rows = 10;
  const rowOf = createRowSelection('shuffle', rows, 3, 'f');
  const rounds = 20_000;
  const counts = new Float64Array(rows * rows);
  for (let number = 0; number < rounds * rows; number++) counts[(number % rows) * rows + rowOf(number)]!++;
  const expected = rounds / rows;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 81 degrees of freedom: above 140 in 0.005% of cases.
  expect(chiSquared).toBeLessThan(140);
});
