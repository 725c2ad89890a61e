import { expect, it } from 'vitest';
import { EpochClock } from '../../../src/shared/clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

it('advances with the monotonic clock despite changes of the system clock', () => {
  const clock = new VirtualClock();
  const epochClock = new EpochClock(clock);
  const startMs = epochClock.now();
  expect(startMs).toBe(clock.epochMs());
  for (const byMs of [-3_600_000, 7_200_000, -86_400_000]) {
    clock.setWall(byMs);
    clock.pass(1000);
  }
  expect(epochClock.now()).toBe(startMs + 3000);
  expect(epochClock.at(clock.nowMs() - 500)).toBe(startMs + 2500);
});

it('follows a system clock that is ahead, and never goes back in time', () => {
  const clock = new VirtualClock();
  const epochClock = new EpochClock(clock);
  clock.setWall(60_000);
  epochClock.follow();
  const aheadMs = epochClock.now();
  expect(aheadMs).toBe(clock.epochMs());
  clock.setWall(-3_600_000);
  epochClock.follow();
  clock.pass(10);
  expect(epochClock.now()).toBe(aheadMs + 10);
});

it('is right although the thread waits for a processor between the reads of both clocks', () => {
  const clock = new VirtualClock();
  const expectedMs = clock.epochMs() - clock.nowMs();
  let reads = 0;
  /** The thread waits for 190 ms around the first and the third read. */
  const busy = {
    nowMs: () => clock.nowMs(),
    epochMs: () => {
      reads++;
      if (reads === 3) clock.pass(190);
      const epochMs = clock.epochMs();
      if (reads === 1) clock.pass(190);
      return epochMs;
    },
  };
  const epochClock = new EpochClock(busy);
  expect(epochClock.at(0)).toBe(expectedMs);
  reads = 2;
  epochClock.follow();
  expect(epochClock.at(0)).toBe(expectedMs);
});
