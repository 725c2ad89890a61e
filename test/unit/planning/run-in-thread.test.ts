import { expect, test } from 'vitest';
import { remainingMs } from '../../../src/planning/run-in-thread.ts';

test('the wait for a processor does not count for the timeout of a thread, up to four times the timeout', () => {
  expect(remainingMs(45_000, 44_000, 0)).toBe(1000);
  expect(remainingMs(45_000, 45_000, 0)).toBe(0);
  expect(remainingMs(45_000, 50_000, 40_000)).toBe(35_000);
  expect(remainingMs(45_000, 180_000, 179_000)).toBe(0);
});
