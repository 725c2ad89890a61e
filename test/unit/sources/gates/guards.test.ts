import { expect, test } from 'vitest';
import { Guards } from '../../../../src/sources/gates/guards.ts';
import { conditionOf, WatchedSources } from '../watched-sources.ts';

function guard(...texts: readonly string[]) {
  const sources = new WatchedSources({ name: 'db' });
  const aborted: string[] = [];
  const abortWhen = texts.map((text) => ({ text, condition: conditionOf(text) }));
  const guards = new Guards([{ index: 1, name: 'reads', abortWhen }], {
    sources,
    abort: (reason) => aborted.push(reason),
  });
  return { sources, aborted, guards };
}

test("a failure that is counted while the job's load runs ends the run; one before does not", () => {
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

test('what holds already when the load begins ends it too, what is not known does not', () => {
  const { sources, aborted, guards } = guard('busy == 1', 'nope == 1');
  sources.says('busy 1');
  guards.begin(1);
  expect(aborted).toEqual(['abort_when busy == 1 of reads holds: busy is 1']);
});

test('once the load has ended nobody looks any more', () => {
  const { sources, aborted, guards } = guard('busy == 1');
  sources.says('busy 0');
  guards.begin(1);
  expect(sources.watches).toBe(1);
  guards.end(1);
  expect(sources.watches).toBe(0);
  sources.saysAfter(1000, 'busy 1');
  expect(aborted).toEqual([]);
});

test('a job without conditions, and one that waits alone, are let run', () => {
  const { sources, guards } = guard();
  guards.begin(1);
  guards.begin(2);
  guards.end(2);
  expect(sources.watches).toBe(0);
});
