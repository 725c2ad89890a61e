import { describe, expect, test } from 'vitest';
import { AbortConditions } from '../../../../src/sources/gates/abort-conditions.ts';
import { conditionOf, WatchedSources } from '../watched-sources.ts';

function guard(...texts: readonly string[]) {
  return guardFor(0, ...texts);
}

/** @param forMs how long each must hold */
function guardFor(forMs: number, ...texts: readonly string[]) {
  const sources = new WatchedSources({ name: 'db' });
  const aborted: string[] = [];
  const logged: string[] = [];
  const abortWhen = texts.map((text) => ({ text, condition: conditionOf(text), forMs }));
  const guards = new AbortConditions([{ index: 1, name: 'reads', abortWhen }], {
    sources,
    clock: sources.clock,
    log: (line) => logged.push(line),
    abort: (reason) => aborted.push(reason),
  });
  return { sources, aborted, logged, guards };
}

test('a failure during the load of the job ends the run; an earlier one does not', () => {
  const { sources, aborted, guards } = guard('increase(failures[run]) > 0');
  sources.says('failures{action="dump"} 3');
  sources.saysAfter(1000, 'failures{action="dump"} 7');
  guards.begin(1);
  sources.saysAfter(1000, 'failures{action="dump"} 7');
  expect(aborted).toEqual([]);
  sources.saysAfter(1000, 'failures{action="dump"} 7\nfailures{action="upload"} 1');
  expect(aborted).toEqual([
    'abort_when increase(failures[run]) > 0 of reads holds: the increase of failures{action="upload"} is 1',
  ]);
});

test('a condition that is true at the start of the load ends it too, an unknown one does not', () => {
  const { sources, aborted, guards } = guard('busy == 1', 'nope == 1');
  sources.says('busy 1');
  guards.begin(1);
  expect(aborted).toEqual(['abort_when busy == 1 of reads holds: busy is 1']);
});

test('stops evaluation at the end of the load', () => {
  const { sources, aborted, guards } = guard('busy == 1');
  sources.says('busy 0');
  guards.begin(1);
  expect(sources.watches).toBe(1);
  guards.end(1);
  expect(sources.watches).toBe(0);
  sources.saysAfter(1000, 'busy 1');
  expect(aborted).toEqual([]);
});

test('does not affect jobs without abort conditions', () => {
  const { sources, guards } = guard();
  guards.begin(1);
  guards.begin(2);
  guards.end(2);
  expect(sources.watches).toBe(0);
});

describe('a condition with `for`', () => {
  const BUSY = 'abort_when busy == 1 of reads';

  test('ends the run after this time, and reports how long it held', () => {
    const { sources, aborted, logged, guards } = guardFor(2500, 'busy == 1');
    sources.says('busy 0');
    guards.begin(1);
    sources.saysAfter(1000, 'busy 1');
    expect(logged).toEqual([`${BUSY} holds; the run ends when it has held for 2.50s: busy is 1`]);
    sources.saysAfter(1000, 'busy 1');
    sources.saysAfter(1000, 'busy 1');
    sources.clock.pass(499);
    expect(aborted).toEqual([]);
    sources.clock.pass(1);
    expect(aborted).toEqual([`${BUSY} has held for 2.50s: busy is 1`]);
  });

  test('counts from the start of the load', () => {
    const { sources, aborted, guards } = guardFor(2500, 'busy == 1');
    for (let second = 0; second < 5; second++) sources.saysAfter(1000, 'busy 1');
    guards.begin(1);
    sources.saysAfter(1000, 'busy 1');
    sources.saysAfter(1000, 'busy 1');
    expect(aborted).toEqual([]);
    sources.clock.pass(500);
    expect(aborted).toHaveLength(1);
  });

  test('restarts after an interruption', () => {
    const { sources, aborted, logged, guards } = guardFor(3500, 'busy == 1');
    sources.says('busy 1');
    guards.begin(1);
    for (const busy of [1, 1, 0, 1, 1, 1]) sources.saysAfter(1000, `busy ${busy}`);
    sources.clock.pass(1499);
    expect(aborted).toEqual([]);
    expect(logged).toHaveLength(2);
    sources.clock.pass(1);
    expect(aborted).toHaveLength(1);
  });

  test('a stale source is an interruption', () => {
    const { sources, aborted, guards } = guardFor(10_000, 'busy == 1');
    sources.says('busy 1');
    guards.begin(1);
    for (let second = 1; second <= 9; second++) {
      sources.clock.pass(1000);
      // A value counts for three intervals.
      if (second <= 4) sources.says('busy 1');
      else sources.fails();
    }
    sources.saysAfter(500, 'busy 1');
    sources.clock.pass(2000);
    expect(aborted).toEqual([]);
  });

  test('a stale source without a new reading does not end the run', () => {
    const { sources, aborted, guards } = guardFor(5000, 'busy == 1');
    sources.says('busy 1');
    guards.begin(1);
    sources.clock.pass(6000);
    expect(aborted).toEqual([]);
  });

  test('counts again after a stale period without a change', () => {
    const { sources, aborted, guards } = guardFor(5000, 'busy == 1');
    sources.says('busy 1');
    guards.begin(1);
    // No reading for 7 s: then the value is as before, without a change.
    sources.clock.pass(6000);
    for (let second = 1; second <= 5; second++) sources.saysAfter(1000, 'busy 1');
    expect(aborted).toEqual([]);
    for (let second = 6; second <= 7; second++) sources.saysAfter(1000, 'busy 1');
    expect(aborted).toHaveLength(1);
  });

  test('is dropped at the end of the load', () => {
    const { sources, aborted, guards } = guardFor(2500, 'busy == 1');
    sources.says('busy 1');
    guards.begin(1);
    sources.saysAfter(1000, 'busy 1');
    sources.saysAfter(1000, 'busy 1');
    guards.end(1);
    sources.clock.pass(1000);
    expect(aborted).toEqual([]);
    expect(sources.watches).toBe(0);
  });
});
