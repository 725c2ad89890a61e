import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/shared/clock.ts';
import { PreciseScheduler, DueQueue } from '../../../../src/drivers/embedded/precise-scheduler.ts';
import * as fc from 'fast-check';

const clock = systemClock();

describe('Releaser', () => {
  /** Releases 200 functions within 40 ms; by how much each was late, ascending. */
  async function release(): Promise<readonly number[]> {
    const releaser = new PreciseScheduler(clock);
    const startMs = clock.nowMs();
    const delaysMs = Array.from({ length: 200 }, (_, n) => (n * 37) % 40);
    const lateMs: number[] = [];
    const released: number[] = [];
    await new Promise<void>((resolve) => {
      for (const delayMs of delaysMs) {
        releaser.at(startMs + delayMs, () => {
          lateMs.push(clock.nowMs() - startMs - delayMs);
          released.push(delayMs);
          if (released.length === delaysMs.length) resolve();
        });
      }
    });
    expect(released).toEqual(delaysMs.toSorted((a, b) => a - b));
    return lateMs.toSorted((a, b) => a - b);
  }

  it('calls each function once, never early, in the order of their times', async () => {
    // In the best of some rounds a quarter of them to the fifth of a millisecond; a plain timer takes 0.5 ms in each.
    let quarterMs = Infinity;
    for (let round = 0; round < 50 && quarterMs >= 0.2; round++) {
      const lateMs = await release();
      expect(lateMs[0]).toBeGreaterThanOrEqual(0);
      quarterMs = Math.min(quarterMs, lateMs[50] ?? NaN);
    }
    expect(quarterMs).toBeLessThan(0.2);
  });

  it('accepts earlier times while it waits for a later one', async () => {
    const releaser = new PreciseScheduler(clock);
    const startMs = clock.nowMs();
    const released: string[] = [];
    await new Promise<void>((resolve) => {
      releaser.at(startMs + 30, () => {
        released.push('late');
        resolve();
      });
      releaser.at(startMs + 5, () => {
        released.push('early');
        releaser.at(startMs + 10, () => released.push('between'));
      });
    });
    expect(released).toEqual(['early', 'between', 'late']);
  });

  it('can release all at once, and then keeps no timers', () => {
    const releaser = new PreciseScheduler(clock);
    const released: number[] = [];
    const farMs = clock.nowMs() + 1e6;
    for (const n of [3, 1, 2]) releaser.at(farMs + n, () => released.push(n));
    releaser.releaseAll();
    expect(released).toEqual([1, 2, 3]);
  });
});

function drain(queue: DueQueue<number>, nowMs: number): number[] {
  const out: number[] = [];
  for (let item = queue.popDue(nowMs); item !== undefined; item = queue.popDue(nowMs)) out.push(item);
  return out;
}

describe('DueQueue', () => {
  it('returns due entries, earliest first, and keeps the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(50), fc.array(fc.nat(50)), (first, nowMs, second) => {
        const queue = new DueQueue<number>();
        for (const dueMs of first) queue.push(dueMs, dueMs);
        const due = first.filter((dueMs) => dueMs <= nowMs).sort((a, b) => a - b);
        expect(drain(queue, nowMs)).toEqual(due);
        for (const dueMs of second) queue.push(dueMs, dueMs);
        const left = [...first.filter((dueMs) => dueMs > nowMs), ...second].sort((a, b) => a - b);
        expect(queue.nextDueMs).toBe(left[0] ?? Infinity);
        expect(drain(queue, Infinity)).toEqual(left);
      }),
    );
  });
});
