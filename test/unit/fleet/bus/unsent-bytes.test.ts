import { expect, test } from 'vitest';
import { UnsentBytes } from '../../../../src/fleet/bus/unsent-bytes.ts';
import { settle } from '../../../settle.ts';

/** Round trips that a test ends. */
function openTrips(): { readonly start: () => Promise<void>; readonly ends: ((isLost?: boolean) => void)[] } {
  const ends: ((isLost?: boolean) => void)[] = [];
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push((isLost = false) => (isLost ? reject(new Error('lost')) : resolve()));
    });
  return { start, ends };
}

test('takes bytes up to the limit, and more after the server has received them', async () => {
  const { start, ends } = openTrips();
  const unsent = new UnsentBytes(1600, start);
  expect([unsent.take(99), ends.length]).toEqual([true, 0]);
  expect([unsent.take(1), ends.length]).toEqual([true, 1]);
  expect([unsent.take(1500), unsent.take(1), ends.length]).toEqual([true, false, 1]);
  ends[0]?.();
  await settle();
  // The first question was about 100 bytes; the rest needs another one.
  expect([unsent.take(101), unsent.take(100), ends.length]).toEqual([false, true, 2]);
  ends[1]?.();
  await settle();
  expect([unsent.take(1500), unsent.take(1)]).toEqual([true, false]);
});

test('takes one message of any size, and starts again with a new connection', async () => {
  const { start, ends } = openTrips();
  const unsent = new UnsentBytes(1600, start);
  expect([unsent.take(10_000), unsent.take(1)]).toEqual([true, false]);
  ends[0]?.(true);
  await settle();
  expect(unsent.take(1)).toBe(false);
  unsent.reset();
  expect([unsent.take(1600), unsent.take(1)]).toEqual([true, false]);
});
