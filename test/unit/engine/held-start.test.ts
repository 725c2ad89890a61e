import { expect, test } from 'vitest';
import type { Driver, Exchange, Session } from '../../../src/drivers/driver.ts';
import { LocalUnit } from '../../../src/engine/local-unit.ts';
import { createRunRecord } from '../../../src/compose/watch-run.ts';
import type { Clock, Timer } from '../../../src/shared/clock.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { plan } from '../workload/planning.ts';

/** Time that a hold begins before the start of its job, in milliseconds. */
const HOLD_MS = 2;

/** A virtual clock that can hold its thread: time passes, and no timer fires meanwhile. */
class HoldingClock implements Clock {
  readonly holds: (readonly [fromMs: number, untilMs: number])[] = [];
  readonly #clock = new VirtualClock();
  #heldMs = 0;

  nowMs(): number {
    return Math.max(this.#heldMs, this.#clock.nowMs());
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  after(delayMs: number, fire: () => void): Timer {
    return this.#clock.after(delayMs + this.nowMs() - this.#clock.nowMs(), fire);
  }

  holdUntil(timeMs: number): void {
    this.holds.push([this.nowMs(), timeMs]);
    this.#heldMs = Math.max(this.#heldMs, timeMs);
  }

  pass(ms: number): void {
    this.#clock.pass(ms);
  }
}

/** Starts the jobs of a plan on one thread, each at its time; a request takes 1 s. */
async function startJobs(startsMs: readonly number[], clock: HoldingClock | VirtualClock) {
  const job = { type: 'read', connections: 1, operations: 1, http: { path: '/' }, collection: 'c' };
  const planned = await plan({
    connection_string: 'http://127.0.0.1:1',
    jobs: [startsMs.map((_, index) => ({ ...job, name: `job-${index}` }))].flat(),
  });
  const sentMs: number[] = [];
  const session: Session = {
    execute: (exchange: Exchange) => {
      sentMs.push(clock.nowMs());
      clock.after(1000, () => exchange.done(OK));
    },
    cancel: () => {},
    reconnect: () => {},
    forget: () => {},
    close: () => Promise.resolve(),
  };
  const driver: Driver = {
    connect: () => Promise.resolve(session),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const phases = new Int32Array(1);
  const place = { rank: 0, of: 1 };
  const unit = new LocalUnit({ plan: planned, place, driver: () => driver, clock, phases, onFailure: () => {} });
  const record = createRunRecord(planned, [], clock);
  const preparation = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, readsOwnWrites: false };
  for (const index of startsMs.keys()) {
    const parts = record.job(index).map((one) => one.open(1)[0]!);
    await unit.prepare(index, preparation, { parts, watermarks: undefined });
  }
  const ended = startsMs.map((startMs, index) => unit.run(index, startMs));
  for (let ms = 0; ms < 3000; ms++) {
    clock.pass(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(ended);
  return sentMs;
}

test('a thread sleeps through the last milliseconds before jobs that start together', async () => {
  const clock = new HoldingClock();
  expect(await startJobs([250, 250], clock)).toEqual([250, 250]);
  expect(clock.holds).toEqual([
    [250 - HOLD_MS, 250],
    [250, 250],
  ]);
});

test('a job that starts while another one runs does not hold the thread, and starts at its time', async () => {
  const clock = new HoldingClock();
  expect(await startJobs([250, 600], clock)).toEqual([250, 600]);
  expect(clock.holds).toEqual([[250 - HOLD_MS, 250]]);
});

test('a clock that cannot hold the thread starts a job by a timer', async () => {
  expect(await startJobs([250], new VirtualClock())).toEqual([250]);
});
