import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure, MISS, OK } from '../../../src/shared/outcome.ts';
import { mergeSequences } from '../../../src/engine/job-run-end.ts';
import { inFlightOf, requestsOf } from '../../../src/recorder/snapshot.ts';
import { type Behaviour, type Settings, simulate, Simulation } from './simulation.ts';

test.each([undefined, 1_000_000])(
  'a loop of requests that fail at once lets timers run, at a pace of %s',
  async (pace) => {
    const failing: Behaviour = () => ({ tookMs: 0, outcome: failure('reset') });
    const run = simulate({ connections: 2, operations: 15_000, behaviour: failing, ...(pace && { pace }) });
    // 10,000 failures in one turn of the event loop, and then one of each worker per millisecond.
    run.clock.pass(1000);
    expect(run.measured.started).toBeGreaterThan(10_000);
    expect(run.measured.started).toBeLessThan(12_100);
    run.stop();
    await run.finish();
    run.expectConservation();
  },
);

describe('limits', () => {
  test('operations: sends exactly the given number, with any number of connections', async () => {
    const run = await simulate({ connections: 3, operations: 10 }).finish();
    expect(run.measured.ok).toBe(10);
    expect(mergeSequences(run.ends)).toEqual({ usedBelow: 10, noneFrom: 10 });
    // 4 rounds of 3 workers at 10 ms each.
    expect(run.elapsedMs()).toBe(40);
    run.expectConservation();
  });

  test('duration: a closed loop of 2 workers at 10 ms sends 200 per second', async () => {
    const run = await simulate({ connections: 2, durationMs: 1000 }).finish();
    expect(run.measured.ok).toBe(200);
    expect(run.elapsedMs()).toBe(1000);
    run.expectConservation();
  });

  test('both: ends at the first of the two', async () => {
    expect((await simulate({ durationMs: 1000, operations: 7 }).finish()).measured.ok).toBe(7);
    expect((await simulate({ durationMs: 50, operations: 7 }).finish()).measured.ok).toBe(5);
  });

  test.each([1, 2, 4])('rows that are used up: ends after exactly these rows, on %i threads', async (threads) => {
    const simulation = await new Simulation({ connections: 5, threads, rowsEnd: 23, durationMs: 60_000 }).finish();
    expect(simulation.sequences.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, row) => row));
    expect(simulation.measured).toMatchObject({ started: 23, skipped: 0 });
    expect(simulation.elapsedMs()).toBe(50);
  });

  test('rows that are used up: counts later tickets neither as planned nor as skipped', async () => {
    const behaviour: Behaviour = () => ({ tookMs: 100, outcome: OK });
    const simulation = await new Simulation({ pace: 100, rowsEnd: 7, durationMs: 60_000, behaviour }).finish();
    expect(simulation.measured).toMatchObject({ started: 7, skipped: 0 });
    expect([simulation.planned, simulation.elapsedMs()]).toEqual([7, 700]);
  });

  test('rows that are used up within the warm-up: measures no request', async () => {
    const simulation = await new Simulation({ rowsEnd: 7, warmUpMs: 1000, durationMs: 60_000 }).finish();
    expect([simulation.warmUp.started, simulation.measured.started]).toEqual([7, 0]);
  });

  test('neither: runs until it is stopped', async () => {
    const run = simulate({ connections: 4 });
    run.clock.pass(5 + 10_000);
    run.stop();
    await run.finish();
    expect(run.measured.ok).toBeGreaterThanOrEqual(4000);
    expect(run.measured.ok).toBeLessThanOrEqual(4004);
    run.expectConservation();
  });

  test('7 operations over 2 threads are 7', async () => {
    const run = await simulate({ connections: 2, threads: 2, operations: 7 }).finish();
    expect(run.measured.ok).toBe(7);
    expect(run.sequences.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('a synchronous target does not grow the stack', async () => {
    const run = await simulate({
      connections: 2,
      operations: 50_000,
      behaviour: () => ({ tookMs: 0, outcome: OK }),
    }).finish();
    expect(run.measured.ok).toBe(50_000);
  });
});

describe('pace', () => {
  test.each([
    [100, 1],
    [1000, 3],
    [2000, 4],
    [0.5, 2],
  ])('%d per second over %d threads for 20 s', async (pace, threads) => {
    const run = await simulate({ connections: 50, threads, pace, durationMs: 20_000 }).finish();
    expect(run.measured.ok).toBe(pace * 20);
    expect(run.planned).toBe(pace * 20);
    // Until the last request was done, at most its 10 ms after the last tick.
    expect(run.elapsedMs()).toBeGreaterThanOrEqual(20_000);
    expect(run.elapsedMs()).toBeLessThan(20_010);
    run.expectConservation();
  });

  test('a stall is in the response times of all waiting requests, and in the service times of those in flight only', async () => {
    // One second of silence in ten, 100 requests a second over 10 connections.
    const behaviour: Behaviour = (_, nowMs) => {
      const stalledUntil = nowMs >= 5005 && nowMs < 6005 ? 6005 : nowMs;
      return { tookMs: stalledUntil - nowMs + 1, outcome: OK };
    };
    const run = await simulate({ connections: 10, pace: 100, durationMs: 10_000, behaviour }).finish();
    const { service, response } = run.measured;
    expect(run.measured.ok).toBe(1000);
    // 100 requests were due in that second: the first waits 1001 ms, the last 11 ms; 10% of all waited.
    expect(response?.latency.percentile(95)).toBeCloseTo(0.5, 1);
    expect(response?.maxSeconds).toBeCloseTo(1.001, 6);
    // Only the 10 requests in flight met the stall: fewer than 5%, so p95 does not show it.
    expect(service.latency.percentile(95)).toBeCloseTo(0.001, 6);
    expect(service.maxSeconds).toBeCloseTo(1.001, 6);
    run.expectConservation();
  });

  test('queue: with a target of half the pace, requests are late and the rest at the end is skipped', async () => {
    // 1 worker at 20 ms does 50 a second of the 100 asked for.
    const run = await simulate({
      pace: 100,
      durationMs: 10_000,
      behaviour: () => ({ tookMs: 20, outcome: OK }),
    }).finish();
    expect(run.planned).toBe(1000);
    expect(run.measured.started).toBe(500);
    expect(run.measured.skipped).toBe(500);
    expect(run.measured.response?.maxSeconds).toBeCloseTo(5.01, 1);
    run.expectConservation();
  });

  test('remaining tickets are counted only after the last request in flight', async () => {
    const run = simulate({ pace: 100, durationMs: 1000, behaviour: () => ({ tookMs: 300, outcome: OK }) });
    run.clock.pass(5 + 1100);
    expect([inFlightOf(run.measured), run.measured.skipped]).toEqual([1, 0]);
    await run.finish();
    expect(run.measured).toMatchObject({ started: 4, skipped: 96 });
    run.expectConservation();
  });

  test('queue with a number of operations: all are sent, however late', async () => {
    const run = await simulate({
      pace: 100,
      operations: 300,
      behaviour: () => ({ tookMs: 20, outcome: OK }),
    }).finish();
    expect(run.measured.ok).toBe(300);
    expect(run.measured.skipped).toBe(0);
    expect(run.elapsedMs()).toBe(6000);
    run.expectConservation();
  });

  test('skip: a ticket without a free worker is skipped and counted', async () => {
    const run = await simulate({
      pace: 100,
      durationMs: 10_000,
      overload: 'skip',
      behaviour: () => ({ tookMs: 15, outcome: OK }),
    }).finish();
    expect(run.measured.started).toBe(500);
    expect(run.measured.skipped).toBe(500);
    expect(run.measured.lag?.maxSeconds).toBe(0);
    expect(run.measured.response?.maxSeconds).toBeCloseTo(0.015, 6);
    run.expectConservation();
  });
});

describe('warm-up and think time', () => {
  test('the warm-up has separate counts, and the pace continues across its end', async () => {
    const run = await simulate({ connections: 5, pace: 100, warmUpMs: 2000, durationMs: 3000 }).finish();
    expect(run.warmUp.ok).toBe(200);
    expect(run.measured.ok).toBe(300);
    expect(run.elapsedMs(2000)).toBe(3000);
    expect(new Set(run.sequences).size).toBe(500);
  });

  test('operations count from the end of the warm-up', async () => {
    const run = await simulate({ warmUpMs: 1000, operations: 7 }).finish();
    expect(run.warmUp.ok).toBe(100);
    expect(run.measured.ok).toBe(7);
  });

  test('think time comes after each request', async () => {
    const run = await simulate({ thinkTimeMs: 90, durationMs: 10_000 }).finish();
    expect(run.measured.ok).toBe(100);
  });
});

describe('outcomes', () => {
  test('a timeout bounds the whole request, and the worker continues', async () => {
    const behaviour: Behaviour = (sequence) => ({ tookMs: sequence % 10 === 0 ? 60_000 : 10, outcome: OK });
    const run = await simulate({ operations: 100, timeoutMs: 200, behaviour }).finish();
    expect(run.measured.errors.timeout).toBe(10);
    expect(run.measured.ok).toBe(90);
    expect(run.measured.service.maxSeconds).toBeCloseTo(0.2, 6);
    expect(run.failures).toEqual(['timeout']);
    run.expectConservation();
  });

  test('an unpaced worker backs off when refused, and retries within a second', async () => {
    const behaviour: Behaviour = (_, nowMs) =>
      nowMs < 10_005 ? { tookMs: 0, outcome: failure('refused') } : { tookMs: 10, outcome: OK };
    const run = await simulate({ durationMs: 11_000, behaviour }).finish();
    // At 0, then after 10, 20, 40 ... 320 ms more: at 630 ms the 7th. From there every 500 ms, 18 times until 10 s.
    expect(run.measured.errors.refused).toBe(25);
    expect(run.measured.ok).toBeGreaterThanOrEqual(50);
    run.expectConservation();
  });

  test('a paced job keeps its pace against a target that refuses', async () => {
    const behaviour: Behaviour = () => ({ tookMs: 1, outcome: failure('refused') });
    const run = await simulate({ connections: 5, pace: 200, durationMs: 5000, behaviour }).finish();
    expect(run.measured.errors.refused).toBe(1000);
    run.expectConservation();
  });

  test('every request is counted once, in every mix of outcomes, limits and threads', async () => {
    const outcomes = fc.constantFrom(OK, MISS, failure('timeout'), failure('status_5xx'), failure('check'));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          connections: fc.integer({ min: 1, max: 9 }),
          threads: fc.integer({ min: 1, max: 4 }),
          pace: fc.option(fc.double({ min: 0.5, max: 900, noNaN: true }), { nil: undefined }),
          durationMs: fc.integer({ min: 1, max: 3000 }),
          operations: fc.integer({ min: 1, max: 500 }),
          overload: fc.constantFrom('queue', 'skip'),
          drainMs: fc.integer({ min: 0, max: 100 }),
        }),
        fc.array(fc.record({ tookMs: fc.nat(150), outcome: outcomes }), { minLength: 1, maxLength: 20 }),
        fc.nat(4000),
        async ({ pace, ...settings }, script, stopAfterMs) => {
          const behaviour: Behaviour = (sequence) => script[sequence % script.length]!; // not empty
          // A closed loop on a target that takes no time would never let virtual time pass.
          const timed: Behaviour = (sequence, nowMs) => {
            const { tookMs, outcome } = behaviour(sequence, nowMs);
            return { tookMs: tookMs + 1, outcome };
          };
          const run = simulate({ ...settings, ...(pace === undefined ? {} : { pace }), behaviour: timed });
          run.clock.pass(stopAfterMs);
          run.stop();
          await run.finish();
          expect(run.planned).toBeLessThanOrEqual(settings.operations);
          expect(new Set(run.sequences).size).toBe(run.sequences.length);
          run.expectConservation();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('stopping', () => {
  test('requests in flight may finish within the drain time', async () => {
    const run = simulate({ connections: 3, behaviour: () => ({ tookMs: 1000, outcome: OK }) });
    run.clock.pass(505);
    run.stop();
    await run.finish();
    expect(run.measured.ok).toBe(3);
    expect(run.measured.aborted).toBe(0);
    expect(run.elapsedMs()).toBe(1000);
  });

  test('requests after the drain time are aborted, and are in neither requests nor errors', async () => {
    const run = simulate({ connections: 3, drainMs: 5000, behaviour: () => ({ tookMs: 20_000, outcome: OK }) });
    run.clock.pass(505);
    run.stop();
    await run.finish();
    expect(run.measured.aborted).toBe(3);
    expect(requestsOf(run.measured)).toBe(0);
    expect(run.elapsedMs()).toBe(5500);
    run.expectConservation();
  });

  test('a job waits for its last operations up to their timeout', async () => {
    const slow: Behaviour = () => ({ tookMs: 20_000, outcome: OK });
    const run = await simulate({ connections: 3, operations: 3, drainMs: 5000, behaviour: slow }).finish();
    expect([run.measured.ok, run.measured.aborted]).toEqual([3, 0]);
    // With a duration too, that and the drain time are the bound.
    const both = await simulate({ operations: 1, durationMs: 8000, drainMs: 5000, behaviour: slow }).finish();
    expect([both.measured.aborted, both.elapsedMs()]).toEqual([1, 13_000]);
    // And a stop is one, whenever it comes.
    const stopped = simulate({ operations: 1, drainMs: 5000, behaviour: slow });
    stopped.clock.pass(2005);
    stopped.stop();
    await stopped.finish();
    expect([stopped.measured.aborted, stopped.elapsedMs()]).toEqual([1, 7000]);
  });

  test('sends no request if it is stopped before the start', async () => {
    const run = simulate({ connections: 3, pace: 100 });
    run.stop();
    await run.finish();
    expect(run.measured.started).toBe(0);
    expect(run.planned).toBe(0);
  });
});

describe('recorded times', () => {
  const TIMES = [0, 3, 3, 50, 51, 400, 400, 401];

  test.each([1, 4])('each request starts at its time, on %i threads', async (threads) => {
    const starts = new Map<number, number>();
    const behaviour: Behaviour = (sequence, nowMs) => {
      starts.set(sequence, nowMs - 5);
      return { tookMs: 10, outcome: OK };
    };
    const settings = { connections: 8, threads, recorded: TIMES, operations: TIMES.length, behaviour };
    const run = await simulate(settings).finish();
    expect([...starts].toSorted(([a], [b]) => a - b)).toEqual(TIMES.map((time, sequence) => [sequence, time]));
    run.expectConservation();
  });

  test('a late request has the wait in its response time', async () => {
    const behaviour: Behaviour = () => ({ tookMs: 100, outcome: OK });
    const run = await simulate({ recorded: [0, 10, 20], operations: 3, behaviour }).finish();
    // Done at 100, 200 and 300: 100, 190 and 280 ms after their times.
    expect(run.measured.response?.sumSeconds).toBeCloseTo(0.57, 9);
    expect(run.measured.service?.sumSeconds).toBeCloseTo(0.3, 9);
  });

  test('a skipped ticket skips its request, so that later requests keep their times', async () => {
    const behaviour: Behaviour = () => ({ tookMs: 30, outcome: OK });
    const run = await simulate({ recorded: [0, 10, 20, 40, 50], operations: 5, overload: 'skip', behaviour }).finish();
    expect(run.sequences).toEqual([0, 3]);
    expect(run.measured.skipped).toBe(3);
    run.expectConservation();
  });

  test('a duration before the last request ends the job, and later requests are not planned', async () => {
    const run = await simulate({ recorded: TIMES, operations: TIMES.length, durationMs: 100, connections: 3 }).finish();
    expect(run.sequences).toEqual([0, 1, 2, 3, 4]);
    expect(run.planned).toBe(5);
  });

  test('requests that wait at the end of the duration are skipped', async () => {
    const behaviour: Behaviour = () => ({ tookMs: 1000, outcome: OK });
    const settings = {
      recorded: TIMES,
      operations: TIMES.length,
      durationMs: 100,
      connections: 2,
      threads: 2,
      behaviour,
    };
    const run = await simulate(settings).finish();
    expect([run.measured.started, run.measured.skipped, run.planned]).toEqual([2, 3, 5]);
    run.expectConservation();
  });
});

describe('the precision of a paced job', () => {
  /** Requests at each moment at which the simulated thread was awake. */
  const batchesOf = async (settings: Settings): Promise<readonly (readonly [number, number])[]> => {
    const batches = new Map<number, number>();
    const run = simulate({
      ...settings,
      behaviour: (_, nowMs) => {
        batches.set(nowMs, (batches.get(nowMs) ?? 0) + 1);
        return { tookMs: 10, outcome: OK };
      },
    });
    await run.finish();
    run.expectConservation();
    return [...batches];
  };
  const fast = { pace: 20_000, connections: 1000, durationMs: 500 };

  test.each([0, 0.15, 0.5, 2])('%s ms: no batch has more requests than fall due within it', async (precisionMs) => {
    const batches = await batchesOf({ ...fast, precisionMs });
    const sizes = batches.map(([, size]) => size);
    expect(sizes.reduce((total, size) => total + size, 0)).toBe(10_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.floor(precisionMs * 20) + 1);
    // Most of them are about as large as they may be; responses, which wake the thread as well, divide some.
    expect(batches.length).toBeLessThanOrEqual((1.25 * 10_000) / Math.max(1, precisionMs * 20 - 1));
  });

  test('delays no request by more than the precision, and starts none early', async () => {
    const run = await simulate({ ...fast, precisionMs: 0.5 }).finish();
    const lag = run.measured.lag!; // paced
    expect(lag.maxSeconds).toBeLessThanOrEqual(0.0005 + 1e-9);
    expect(lag.maxSeconds).toBeGreaterThan(0.0003);
    expect(run.measured.started).toBe(10_000);
  });

  test('a request alone within the precision starts when it is due', async () => {
    const run = await simulate({ pace: 100, connections: 10, durationMs: 1000, precisionMs: 5 }).finish();
    expect(run.measured.lag?.maxSeconds).toBeLessThan(1e-9);
  });

  test('requests that fall due within the job start in it, however close to its end', async () => {
    const run = await simulate({ pace: 100, connections: 20, durationMs: 1000, precisionMs: 100 }).finish();
    expect([run.measured.started, run.measured.skipped]).toEqual([100, 0]);
  });
});
