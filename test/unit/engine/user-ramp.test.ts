import { describe, expect, test } from 'vitest';
import { type IdleQueue, QuotaQueue, RampedQueue } from '../../../src/engine/idle-queue.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { UserRamp } from '../../../src/engine/user-ramp.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const STAGES = [
  { durationMs: 10_000, fromUsers: 0, toUsers: 5 },
  { durationMs: 5000, fromUsers: 5, toUsers: 5 },
  { durationMs: 0, fromUsers: 5, toUsers: 9 },
  { durationMs: 3000, fromUsers: 9, toUsers: 0 },
];

/** All changes of a ramp from its start on: when, and to how many users. */
function changesOf(ramp: UserRamp, startMs: number): (readonly [ms: number, active: number])[] {
  const changes: (readonly [number, number])[] = [[startMs, ramp.activeAt(startMs)]];
  for (let atMs = ramp.nextChangeMs(startMs); atMs !== Infinity; atMs = ramp.nextChangeMs(atMs)) {
    const active = ramp.activeAt(atMs);
    if (active !== changes.at(-1)?.[1]) changes.push([Math.round(atMs), active]);
  }
  return changes;
}

describe('a ramp of users', () => {
  test('starts and retires each user by the clock', () => {
    const ramp = new UserRamp(STAGES, new ThreadPartition(0, 1, 9), 1000, 1000);
    expect(ramp.activeAt(999)).toBe(0);
    expect(ramp.nextChangeMs(0)).toBe(1000);
    expect(changesOf(ramp, 1000)).toEqual([
      [1000, 0],
      [3000, 1],
      [5000, 2],
      [7000, 3],
      [9000, 4],
      [11_000, 5],
      [16_000, 9],
      [16_333, 8],
      [16_667, 7],
      [17_000, 6],
      [17_333, 5],
      [17_667, 4],
      [18_000, 3],
      [18_333, 2],
      [18_667, 1],
      [19_000, 0],
    ]);
  });

  test('is split exactly over threads', () => {
    const whole = new UserRamp(STAGES, new ThreadPartition(0, 1, 9), 0, 0);
    const parts = [0, 1, 2].map((thread) => new UserRamp(STAGES, new ThreadPartition(thread, 3, 9), 0, 0));
    for (let ms = 0; ms < 20_000; ms += 50) {
      const active = parts.map((part) => part.activeAt(ms));
      expect(active.reduce((sum, one) => sum + one)).toBe(whole.activeAt(ms));
      expect(Math.max(...active) - Math.min(...active)).toBeLessThanOrEqual(1);
    }
  });

  test('warms up with the number of users of the first stage', () => {
    const ramp = new UserRamp(STAGES, new ThreadPartition(0, 1, 9), 0, 2000);
    expect([0, 1999, 2000, 4000].map((ms) => ramp.activeAt(ms))).toEqual([5, 5, 0, 1]);
    expect(ramp.nextChangeMs(0)).toBe(2000);
  });
});

describe('queues of idle workers', () => {
  const workers = Array.from({ length: 9 }, (_, n) => `w${n}`);
  const drain = (queue: IdleQueue<string>): string[] => {
    const taken: string[] = [];
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) taken.push(one);
    return taken;
  };

  test('a ramped one has only active workers, and keeps those that retired', () => {
    const clock = new VirtualClock();
    const startMs = clock.nowMs();
    const ramp = new UserRamp(STAGES, new ThreadPartition(0, 1, 9), startMs, startMs);
    let wakes = 0;
    const queue = new RampedQueue(workers, ramp, clock, () => wakes++);
    for (const worker of workers) queue.push(worker);
    expect(drain(queue)).toEqual([]);
    clock.pass(4500);
    expect(drain(queue)).toEqual(['w0', 'w1']);
    clock.pass(11_000);
    // The ninth became active at 15 s, and retired at 15.33 s before it took a ticket.
    expect(drain(queue)).toEqual(['w2', 'w3', 'w4', 'w5', 'w6', 'w7']);
    expect(wakes).toBe(6);
    clock.pass(2000);
    // Four users are left; those that finish their request later are not taken again.
    for (const worker of workers) queue.push(worker);
    expect(drain(queue)).toEqual(['w0', 'w1', 'w2', 'w3'].slice(0, ramp.activeAt(clock.nowMs())));
    queue.close();
  });

  test('one with a quota gives each worker as many tickets', () => {
    const queue = new QuotaQueue<string>(3, 2);
    const tickets: string[] = [];
    for (const worker of ['a', 'b', 'c']) queue.push(worker);
    for (let worker = queue.shift(); worker !== undefined; worker = queue.shift()) {
      tickets.push(worker);
      queue.push(worker);
    }
    expect(tickets).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});
