import { expect, test } from 'vitest';
import { CutTicker } from '../../../src/fleet/agent/cut-ticker.ts';
import type { RemoteClock } from '../../../src/fleet/agent/remote-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

function startTicker(): { clock: VirtualClock; ticker: CutTicker; cuts: number[] } {
  const clock = new VirtualClock();
  const cuts: number[] = [];
  const ticker = new CutTicker(clock, { nowMs: () => clock.nowMs() } as RemoteClock, (cutMs) => cuts.push(cutMs));
  return { clock, ticker, cuts };
}

test('a cut next to the start of a job is left out', () => {
  const { clock, ticker, cuts } = startTicker();
  ticker.keepQuiet(2040);
  clock.pass(2500);
  ticker.keepQuiet(2960);
  clock.pass(2000);
  expect(cuts).toEqual([1000, 3000, 4000]);
});

test('a cut farther from the start of a job is not left out, nor are two in a row', () => {
  const { clock, ticker, cuts } = startTicker();
  ticker.keepQuiet(1101);
  clock.pass(1500);
  ticker.keepQuiet(2000);
  clock.pass(1000);
  ticker.keepQuiet(3000);
  clock.pass(1000);
  ticker.keepQuiet(3949);
  clock.pass(1000);
  expect(cuts).toEqual([1000, 3000, 4000]);
});

test('the end of a job that takes a few milliseconds is handled 50 ms after its start', async () => {
  const fleet = await SimulatedFleet.create({
    threads: [1, 1],
    jobs: [{ type: 'read', name: 'reads', connections: 2, operations: 2, http: { path: '/' }, collection: 'c' }],
  });
  await fleet.open();
  let endedMs = 0;
  const { ended } = await fleet.finish((elapsedMs) => (endedMs = elapsedMs));
  expect(ended).toMatchObject({ end: 'completed', error: undefined });
  // A start is 250 ms after its command, and a request takes 5 ms.
  expect(endedMs).toBeGreaterThanOrEqual(300);
  expect(endedMs).toBeLessThan(1000);
});
