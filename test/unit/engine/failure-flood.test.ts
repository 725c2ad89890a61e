import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FailureFlood } from '../../../src/engine/failure-flood.ts';

const FAILURES = 12_000;

function addAll(flood: FailureFlood): number {
  return Array.from({ length: FAILURES }, () => flood.add()).reduce((sum, delayMs) => sum + delayMs, 0);
}

test('workers wait after more than 10,000 failures in one turn of the event loop, and not in the next turn', async () => {
  const flood = new FailureFlood();
  expect(addAll(flood)).toBe(FAILURES - 10_000);
  await turn();
  await turn();
  expect(flood.add()).toBe(0);
});
