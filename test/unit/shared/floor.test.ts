import { expect, test } from 'vitest';
import { floorOf, lowestFloor } from '../../../src/shared/floor.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

test('median and p99 of durations in any order', () => {
  expect(floorOf(upTo(200))).toEqual({ samples: 200, p50Seconds: 0.1, p99Seconds: 0.198 });
  expect(floorOf(upTo(101))).toEqual({ samples: 101, p50Seconds: 0.051, p99Seconds: 0.1 });
});

test('too few durations give no floor', () => {
  expect(floorOf(upTo(99))).toBeUndefined();
  expect(floorOf([])).toBeUndefined();
});

test('uses the floor of the least delayed thread', () => {
  const floor = (p50Seconds: number) => ({ samples: 200, p50Seconds, p99Seconds: 1 });
  expect(lowestFloor([undefined, floor(3), floor(1), floor(2)])).toEqual(floor(1));
  expect(lowestFloor([undefined])).toBeUndefined();
  expect(lowestFloor([])).toBeUndefined();
});
