import { expect, test } from 'vitest';
import { HANG_LIMIT_MS, HangWatch, PING_EVERY_MS } from '../../../src/engine/time-limits.ts';
import { VirtualClock } from '../../virtual-clock.ts';

function watched(): { clock: VirtualClock; watch: HangWatch; pings: () => number; hangs: () => number } {
  const clock = new VirtualClock();
  let pings = 0;
  let hangs = 0;
  const watch = new HangWatch(
    clock,
    () => pings++,
    () => hangs++,
  );
  return { clock, watch, pings: () => pings, hangs: () => hangs };
}

test('reports a thread once that answers no ping for a minute', () => {
  const { clock, watch, pings, hangs } = watched();
  watch.start();
  clock.pass(HANG_LIMIT_MS);
  expect([pings(), hangs()]).toEqual([12, 0]);
  clock.pass(PING_EVERY_MS);
  expect([pings(), hangs()]).toEqual([12, 1]);
  clock.pass(10 * HANG_LIMIT_MS);
  expect([pings(), hangs()]).toEqual([12, 1]);
});

test('counts unanswered pings anew after each answer', () => {
  const { clock, watch, hangs } = watched();
  watch.start();
  for (let round = 0; round < 5; round++) {
    clock.pass(HANG_LIMIT_MS);
    watch.recordAnswer();
  }
  expect(hangs()).toBe(0);
});

test('sends no ping before it is started and after it is stopped', () => {
  const { clock, watch, pings, hangs } = watched();
  clock.pass(HANG_LIMIT_MS);
  watch.start();
  clock.pass(2 * PING_EVERY_MS);
  watch.stop();
  clock.pass(10 * HANG_LIMIT_MS);
  expect([pings(), hangs()]).toEqual([2, 0]);
});
