import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestOf, lowestOf, MAX_MICROS, SLOTS, slotOf } from '../../../src/recorder/latency-index.ts';

const micros = fc
  .oneof(
    fc.integer({ min: 0, max: MAX_MICROS }),
    // Every power of two is a seam of the layout.
    fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -2, max: 2 })).map(([power, by]) => 2 ** power + by),
  )
  .filter((value) => value >= 0 && value <= MAX_MICROS);

test('a duration lies within its slot', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const slot = slotOf(value);
      expect(lowestOf(slot)).toBeLessThanOrEqual(value);
      expect(highestOf(slot)).toBeGreaterThanOrEqual(value);
    }),
  );
});

const slots = Array.from({ length: SLOTS }, (_, slot) => slot);

test('a slot is never wider than 1/1024 of its smallest duration', () => {
  expect(slots.filter((slot) => (highestOf(slot) - lowestOf(slot)) * 1024 > lowestOf(slot))).toEqual([]);
});

test('slots follow one another without gap or overlap, from 0 to the longest duration', () => {
  expect(lowestOf(0)).toBe(0);
  expect(slots.slice(1).filter((slot) => lowestOf(slot) !== highestOf(slot - 1) + 1)).toEqual([]);
  expect(slots.filter((slot) => slotOf(lowestOf(slot)) !== slot)).toEqual([]);
  expect(slotOf(MAX_MICROS)).toBe(SLOTS - 1);
});

test.each([
  [0, 0],
  [1, 1],
  [2047, 2047],
  [2048, 2048],
  [2049, 2048],
  [4095, 3071],
  [4096, 3072],
])('%d µs go to slot %d', (value, slot) => {
  expect(slotOf(value)).toBe(slot);
});
