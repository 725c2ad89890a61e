import { describe, expect, it } from 'vitest';
import { createMix } from '../../../src/data/mix.ts';
import { streamKey } from '../../../src/shared/random.ts';

const key = streamKey('mix test');

describe('createMix', () => {
  it('gives the only operation every sequence', () => {
    const mix = createMix([7], key);
    expect([0, 1, 99].map(mix.operationOf)).toEqual([0, 0, 0]);
    expect(mix.countBefore(0, 42)).toBe(42);
  });

  it.each([
    [[95, 5], 100, [95, 5]],
    [[50, 50], 100, [50, 50]],
    [[1, 2, 3], 102, [17, 34, 51]],
    [[0.5, 0.25, 0.25], 100, [50, 25, 25]],
    [[99.5, 0.5], 200, [199, 1]],
    [[0.1, 0.2], 102, [34, 68]],
    [[1999, 1], 1001, [1000, 1]],
    [[1, Math.PI], 1000, [241, 759]],
  ])('has %j in exact proportions in every block of %i', (weights, block, expected) => {
    const mix = createMix(weights, key);
    for (const at of [0, 1, 17, 12_345]) {
      const counts = weights.map(() => 0);
      for (let slot = 0; slot < block; slot++) counts[mix.operationOf(at * block + slot)]!++; // an operation of the mix
      expect(counts).toEqual(expected);
    }
  });

  it('counts like an iteration over all sequences', () => {
    const mix = createMix([3, 5, 2], key);
    const counts = [0, 0, 0];
    for (let sequence = 0; sequence < 500; sequence++) {
      expect([0, 1, 2].map((operation) => mix.countBefore(operation, sequence))).toEqual(counts);
      counts[mix.operationOf(sequence)]!++; // an operation of the mix
    }
  });

  it('orders blocks differently, and the same again for the same key', () => {
    const orderOf = (mix: ReturnType<typeof createMix>, block: number): string =>
      Array.from({ length: 20 }, (_, slot) => mix.operationOf(block * 20 + slot)).join('');
    const wide = createMix([7, 13], key);
    expect(new Set(Array.from({ length: 100 }, (_, block) => orderOf(wide, block))).size).toBeGreaterThan(20);
    expect(orderOf(createMix([7, 13], key), 5)).toBe(orderOf(wide, 5));
    expect(orderOf(createMix([7, 13], streamKey('another')), 5)).not.toBe(orderOf(wide, 5));
  });
});
