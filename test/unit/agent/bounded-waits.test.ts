import { expect, test } from 'vitest';
import { BoundedWaits } from '../../../src/agent/bounded-waits.ts';
import { settle } from '../../settle.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const BOUND = { normalMs: 1000, shutdownMs: 100 };
const never = (): Promise<string> => new Promise(() => {});

function start(bound: { normalMs: number; shutdownMs: number; killedMs?: number } = BOUND) {
  const clock = new VirtualClock();
  const waits = new BoundedWaits(clock);
  const seen: string[] = [];
  const wait = (promise = never()): void => {
    waits
      .wait(promise, bound, () => 'instead')
      .then(
        (value) => seen.push(value),
        (error: unknown) => seen.push(String(error)),
      );
  };
  const pass = async (ms: number): Promise<string[]> => {
    clock.pass(ms);
    await settle();
    return seen;
  };
  return { waits, wait, pass };
}

test('returns the value or the rejection of a promise that settles in time', async () => {
  const { wait, pass } = start();
  wait(Promise.resolve('value'));
  wait(Promise.reject(new Error('reason')));
  expect(await pass(0)).toEqual(['value', 'Error: reason']);
});

test('ends a normal wait at its own bound', async () => {
  const { wait, pass } = start();
  wait();
  expect(await pass(999)).toEqual([]);
  expect(await pass(1)).toEqual(['instead']);
});

test('ends a wait in progress within the bound after a signal', async () => {
  const { waits, wait, pass } = start();
  wait();
  await pass(500);
  waits.beginShutdown();
  expect(await pass(99)).toEqual([]);
  expect(await pass(1)).toEqual(['instead']);
});

test('bounds several waits after a signal together', async () => {
  const { waits, wait, pass } = start();
  waits.beginShutdown();
  await pass(60);
  wait();
  expect(await pass(39)).toEqual([]);
  expect(await pass(1)).toEqual(['instead']);
});

test('counts the bound from the end of the load if that follows the signal', async () => {
  const { waits, wait, pass } = start();
  waits.beginShutdown();
  await pass(5000);
  waits.beginEnding();
  wait();
  expect(await pass(99)).toEqual([]);
  expect(await pass(1)).toEqual(['instead']);
});

test('a killed run waits only for exempt operations', async () => {
  const killed = start();
  killed.wait();
  killed.waits.kill();
  expect(await killed.pass(0)).toEqual(['instead']);
  const reports = start({ ...BOUND, killedMs: 50 });
  reports.wait();
  reports.waits.kill();
  expect(await reports.pass(49)).toEqual([]);
  expect(await reports.pass(1)).toEqual(['instead']);
});

test('a wait that ends by its bound ignores a later rejection', async () => {
  const { wait, pass, waits } = start();
  let reject: (error: Error) => void = () => {};
  wait(new Promise((_, fail) => (reject = fail)));
  waits.kill();
  expect(await pass(0)).toEqual(['instead']);
  reject(new Error('late'));
  expect(await pass(0)).toEqual(['instead']);
});
