import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Built from '../../../src/engine/precise-clock.ts';
import { needsPreciseTimers } from '../../../src/engine/precise-clock.ts';
import { planOf, requestJob } from './plans.ts';

// Node 20 runs no TypeScript in a thread, so the built file is tested.
const BUILT = new URL('../../../dist/engine/precise-clock.js', import.meta.url).href;

describe('PreciseClock', () => {
  let clock: Built.PreciseClock;
  let sleptMs = 0;
  beforeAll(async () => {
    const built = (await import(BUILT)) as typeof Built;
    clock = new built.PreciseClock(undefined, (ms) => (sleptMs += ms));
  });
  afterAll(() => clock.close());

  const wait = (ms: number): Promise<number> => {
    const dueMs = clock.nowMs() + ms;
    return new Promise((resolve) => clock.after(ms, () => resolve(clock.nowMs() - dueMs)));
  };

  /** Waits for timers, without requests in flight. */
  const idleFor = async (timers: number): Promise<void> => {
    for (let timer = 0; timer < timers; timer++) {
      const waited = wait(0.2);
      clock.sleepWhile(() => true);
      await waited;
    }
  };

  test('never fires early, and usually within a fraction of a millisecond', async () => {
    const late: number[] = [];
    for (let round = 0; round < 100; round++) late.push(await wait(0.3 + (round % 7) * 0.7));
    late.sort((a, b) => a - b);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    // setTimeout is half a millisecond late on average, whatever the machine; the best of this cannot be that.
    expect(late[10]).toBeLessThan(0.5);
  });

  test('holds the thread until a time, never less, and not at all for a time that has passed', () => {
    for (const ms of [0.01, 0.4, 2.5, -5]) {
      const untilMs = clock.nowMs() + ms;
      clock.holdUntil(untilMs);
      expect(clock.nowMs()).toBeGreaterThanOrEqual(untilMs);
    }
  });

  test('fires many timers in the order of their times', async () => {
    const delays = Array.from({ length: 50 }, (_, index) => ((index * 17) % 50) * 0.4);
    const fired: number[] = [];
    const set = (delay: number): Promise<void> => {
      // A busy machine may interrupt this between two timers, so the times are those that were set.
      const dueMs = clock.nowMs() + delay;
      return new Promise((resolve) => clock.after(delay, () => resolve(void fired.push(dueMs))));
    };
    await Promise.all(delays.map(set));
    expect(fired).toHaveLength(delays.length);
    expect(fired).toEqual(fired.toSorted((a, b) => a - b));
  });

  test('fires an earlier timer first even if it was set later', async () => {
    const fired: string[] = [];
    const later = new Promise<void>((resolve) => clock.after(40, () => resolve(void fired.push('later'))));
    await wait(5);
    await new Promise<void>((resolve) => clock.after(5, () => resolve(void fired.push('sooner'))));
    await later;
    expect(fired).toEqual(['sooner', 'later']);
  });

  test('does not fire a canceled timer, and delays no other', async () => {
    let fired = false;
    const taken = clock.after(5, () => (fired = true));
    const other = wait(10);
    taken.cancel();
    await other;
    expect(fired).toBe(false);
  });

  test('fires every timer of a regular schedule, and of one whose intervals change', async () => {
    let fired = 0;
    const intervals = [
      ...Array.from({ length: 200 }, () => 0.3),
      ...Array.from({ length: 200 }, (_, n) => (n % 9) / 4),
    ];
    let dueMs = clock.nowMs();
    await new Promise<void>((resolve) => {
      const next = (): void => {
        const intervalMs = intervals[fired++];
        if (intervalMs === undefined) {
          resolve();
          return;
        }
        dueMs += intervalMs;
        // Deadlines are set and canceled meanwhile, earlier and later ones.
        clock.after((fired % 5) / 10, () => {}).cancel();
        clock.after(dueMs - clock.nowMs(), next);
      };
      next();
    });
    expect(fired).toBe(intervals.length + 1);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(dueMs);
  });

  test('is needed only by jobs whose due times are finer than a millisecond', () => {
    const pacing = { kind: 'paced', arrival: 'even', segments: [] } as const;
    const needs = (job: Parameters<typeof requestJob>[0]): boolean => needsPreciseTimers(planOf([requestJob(job)]));
    expect(needs({})).toBe(false);
    expect(needs({ pacing })).toBe(true);
    expect(needs({ pacing, precisionMs: 1 })).toBe(false);
    expect(needs({ thinkTime: { kind: 'constant', ms: 5 } })).toBe(true);
  });

  test('sleeps until the timers of an idle thread, fires none early, and the last also without an idle thread', async () => {
    const early: number[] = [];
    let fired = 0;
    let loopTurns = 0;
    const onTurn = (): void => {
      loopTurns++;
      turn = setImmediate(onTurn);
    };
    let turn = setImmediate(onTurn);
    await new Promise<void>((resolve) => {
      const next = (): void => {
        const dueMs = clock.nowMs() + 0.3;
        clock.after(0.3, () => {
          if (clock.nowMs() < dueMs) early.push(dueMs - clock.nowMs());
          if (fired++ < 1000) next();
          else resolve();
        });
        // The last timer has a request in flight, so its thread does not sleep.
        if (fired < 1000) clock.sleepWhile(() => true);
      };
      next();
    });
    clearImmediate(turn);
    expect(early).toEqual([]);
    expect(fired).toBe(1001);
    // 128 timers are waited for by the other thread, the rest is slept for, unless the machine is busy.
    expect(sleptMs).toBeGreaterThan(0);
    expect(loopTurns).toBeGreaterThan(100);
  });

  test('sleeps on if a timer has sent no request, and lets the event loop turn', async () => {
    const late: number[] = [];
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    let sleptAtOnce = 0;
    // A busy machine may end the expectation of an idle thread, so there are several attempts.
    for (let attempt = 0; attempt < 20 && sleptAtOnce < 1; attempt++) {
      await idleFor(200);
      const before = sleptMs;
      let left = 100;
      await new Promise<void>((resolve) => {
        const started = clock.nowMs();
        for (let timer = 1; timer <= 100; timer++) {
          clock.after(timer * 0.2, () => {
            late.push(clock.nowMs() - started - timer * 0.2);
            if (--left === 0) resolve();
          });
        }
        // Called once: the thread is idle until the last timer.
        clock.sleepWhile(() => left > 0);
      });
      sleptAtOnce = sleptMs - before;
    }
    clearInterval(turn);
    // Several sleeps, each of at most 0.2 ms.
    expect(sleptAtOnce).toBeGreaterThan(1);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(turns).toBeGreaterThan(1);
  });

  test('sleeps on after the thread was kept from running, if a response had come meanwhile', async () => {
    let sleptAfter = 0;
    for (let attempt = 0; attempt < 20 && sleptAfter === 0; attempt++) {
      await idleFor(200);
      const { port1, port2 } = new MessageChannel();
      const late = clock.after(0.3, () => {});
      const responded = new Promise((resolve) => port2.once('message', resolve));
      port1.postMessage('a response');
      clock.holdUntil(clock.nowMs() + 5);
      await responded;
      late.cancel();
      const before = sleptMs;
      await idleFor(1);
      sleptAfter = sleptMs - before;
      port1.close();
    }
    expect(sleptAfter).toBeGreaterThan(0);
  });

  test('does not sleep if the thread is busy at the end of its turn', async () => {
    const before = sleptMs;
    const late = wait(0.5);
    clock.sleepWhile(() => false);
    await late;
    expect(sleptMs).toBe(before);
  });

  test('accepts a timer while another fires', async () => {
    const started = clock.nowMs();
    await new Promise<void>((resolve) => clock.after(3, () => clock.after(3, resolve)));
    expect(clock.nowMs() - started).toBeGreaterThanOrEqual(6);
  });
});
