import { describe, expect, test } from 'vitest';
import type { StartCondition } from '../../../../src/plan/gate.ts';
import { StartConditions } from '../../../../src/sources/gates/start-conditions.ts';
import { settle } from '../../../settle.ts';
import { waitForOf, WatchedSources } from '../watched-sources.ts';

const BUSY = 'busy{disk="a"} 1';
const IDLE = 'busy{disk="a"} 0';

/** A waiting job `reads`, with its log and actions. */
async function begin(waitFor: StartCondition, first = BUSY) {
  const sources = new WatchedSources({ name: 'db' });
  sources.says(first);
  const logged: string[] = [];
  const aborted: string[] = [];
  const { clock } = sources;
  const context = {
    sources,
    clock,
    log: (line: string) => logged.push(line),
    abort: (line: string) => aborted.push(line),
  };
  const waits = new StartConditions([{ index: 3, name: 'reads', uuid: 'u', waitFor }], context);
  waits.start();
  const stop = new AbortController();
  let passedMs: number | undefined;
  const enter = async (): Promise<void> => {
    void waits.pass(3, stop.signal).then(() => (passedMs = clock.nowMs()));
    await settle();
  };
  return { sources, clock, logged, aborted, waits, stop, enter, passedMs: () => passedMs };
}

describe('a job waits', () => {
  test('until the condition holds, and reports condition and time', async () => {
    const { sources, enter, passedMs, logged, waits, aborted } = await begin(waitForOf('busy == 0'));
    await enter();
    expect(waits.toDocument()).toEqual([
      {
        job: 'reads',
        job_uuid: 'u',
        condition: 'busy == 0',
        timeout_seconds: 60,
        seconds: 0,
        outcome: 'waiting',
        found: 'busy{disk="a"} is 1',
      },
    ]);
    sources.saysAfter(1000, BUSY);
    await settle();
    expect(passedMs()).toBeUndefined();
    sources.saysAfter(1000, IDLE);
    await settle();
    expect(passedMs()).toBe(2000);
    expect(logged).toEqual([
      'reads: waiting up to 1m00s for busy == 0: busy{disk="a"} is 1',
      'reads: busy == 0 holds, after 2.00s',
    ]);
    expect(waits.toDocument()).toMatchObject([{ seconds: 2, outcome: 'held', found: 'busy{disk="a"} is 0' }]);
    expect(aborted).toEqual([]);
    expect(sources.watches).toBe(0);
  });

  test('longer if the source was stale when the condition had held long enough', async () => {
    const { sources, clock, enter, passedMs } = await begin(waitForOf('busy == 0', { forMs: 5000 }), IDLE);
    await enter();
    sources.saysAfter(1000, IDLE);
    // No reading for 7 s: at 5 s the value is unknown, and then as before, without a change.
    clock.pass(7000);
    await settle();
    expect(passedMs()).toBeUndefined();
    sources.says(IDLE);
    clock.pass(1000);
    await settle();
    expect(passedMs()).toBeGreaterThanOrEqual(8000);
    expect(passedMs()).toBeLessThanOrEqual(9000);
  });

  test('not if the condition holds already', async () => {
    const { enter, passedMs, logged, waits } = await begin(waitForOf('busy == 0'), IDLE);
    await enter();
    expect(passedMs()).toBe(0);
    expect(logged).toEqual([]);
    expect(waits.toDocument()).toMatchObject([{ seconds: 0, outcome: 'held' }]);
  });

  test('not without a condition', async () => {
    const sources = new WatchedSources({ name: 'db' });
    const waits = new StartConditions([{ index: 0, name: 'a', uuid: 'u', waitFor: undefined }], {
      sources,
      clock: sources.clock,
      log: () => {},
      abort: () => {},
    });
    waits.start();
    await waits.pass(0, new AbortController().signal);
    expect(waits.toDocument()).toEqual([]);
  });

  test('until its timeout: the reason names the job, the condition and the last value', async () => {
    const { clock, sources, enter, passedMs, aborted, waits } = await begin(
      waitForOf('busy == 0', { timeoutMs: 1500 }),
    );
    await enter();
    sources.saysAfter(1000, 'busy{disk="b"} 2');
    clock.pass(499);
    await settle();
    expect(aborted).toEqual([]);
    clock.pass(1);
    await settle();
    expect(aborted).toEqual(['reads timed out after 1.50s waiting for busy == 0: busy{disk="b"} is 2']);
    expect(passedMs()).toBe(1500);
    expect(waits.toDocument()).toMatchObject([{ seconds: 1.5, outcome: 'timed_out' }]);
  });

  test('until the run is stopped', async () => {
    const { clock, stop, enter, passedMs, aborted, waits } = await begin(waitForOf('busy == 0'));
    await enter();
    clock.pass(700);
    stop.abort();
    await settle();
    expect(passedMs()).toBe(700);
    expect(waits.toDocument()).toMatchObject([{ seconds: 0.7, outcome: 'stopped' }]);
    clock.pass(100_000);
    expect(aborted).toEqual([]);
  });

  test('with a log line every 30 s', async () => {
    const { sources, clock, enter, logged } = await begin(waitForOf('busy == 0', { timeoutMs: 100_000 }));
    await enter();
    for (let second = 0; second < 65; second++) sources.saysAfter(1000, BUSY);
    await settle();
    expect(logged.slice(1)).toEqual([
      'reads: still waiting for busy == 0 after 30.0s: busy{disk="a"} is 1',
      'reads: still waiting for busy == 0 after 1m00s: busy{disk="a"} is 1',
    ]);
    clock.pass(1);
  });
});

describe('unknown values do not satisfy a condition', () => {
  test('a source that cannot be read', async () => {
    const { sources, clock, enter, passedMs, aborted } = await begin(waitForOf('busy == 0', { timeoutMs: 5000 }), IDLE);
    clock.pass(3000);
    sources.fails();
    await enter();
    expect(passedMs()).toBeUndefined();
    clock.pass(5000);
    await settle();
    expect(aborted).toEqual(['reads timed out after 5.00s waiting for busy == 0: source db cannot be read']);
  });

  test('a missing series', async () => {
    const { clock, enter, aborted } = await begin(waitForOf('nope == 0', { timeoutMs: 1000 }));
    await enter();
    clock.pass(1000);
    await settle();
    expect(aborted).toEqual(['reads timed out after 1.00s waiting for nope == 0: no such series']);
  });
});

describe('for a while', () => {
  test('it must hold without interruption', async () => {
    const { sources, clock, enter, passedMs } = await begin(waitForOf('busy == 0', { forMs: 2500 }));
    await enter();
    sources.saysAfter(1000, IDLE);
    sources.saysAfter(1000, IDLE);
    sources.saysAfter(1000, BUSY);
    sources.saysAfter(1000, IDLE); // 4000
    sources.saysAfter(1000, IDLE);
    sources.saysAfter(1000, IDLE);
    clock.pass(499);
    await settle();
    expect(passedMs()).toBeUndefined();
    clock.pass(1);
    await settle();
    expect(passedMs()).toBe(6500);
  });

  test('counts time before the turn of the job', async () => {
    const { sources, enter, passedMs } = await begin(waitForOf('busy == 0', { forMs: 2000 }), IDLE);
    sources.saysAfter(1000, IDLE);
    sources.saysAfter(1000, IDLE);
    await enter();
    expect(passedMs()).toBe(2000);
  });

  test('requires data of the whole window of a condition', async () => {
    const { sources, clock, enter, passedMs, waits } = await begin(waitForOf('increase(errors[10s]) == 0'), 'errors 5');
    await enter();
    expect(waits.toDocument()[0]?.found).toBe('the increase of errors is 0, but not long enough');
    for (let second = 0; second < 9; second++) sources.saysAfter(1000, 'errors 5');
    await settle();
    expect(passedMs()).toBeUndefined();
    clock.pass(1000);
    await settle();
    expect(passedMs()).toBe(10_000);
  });
});
