import { expect, test } from 'vitest';
import { LINUX } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { SystemStats, readCpuTime } from '../../../src/validity/system-stats.ts';
import { readTextFile } from '../../../src/shared/read-file.ts';
import { readCpuWaitMs, readThreadId } from '../../../src/shared/thread-id.ts';

test('the wait for a CPU is the second number of schedstat', () => {
  const asked: string[] = [];
  const readText = (path: string) => {
    asked.push(path);
    return '1247128393 399436251 238\n';
  };
  expect(readCpuWaitMs(7, readText)).toBeCloseTo(399.436251, 9);
  expect(asked).toEqual(['/proc/self/task/7/schedstat']);
});

test('stolen time is the eighth number of the first line of stat, and guests are not counted twice', () => {
  const stat = 'cpu  1611 34 301 2508 32 0 97 60 500 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
  expect(readCpuTime(() => stat)).toEqual({ total: 1611 + 34 + 301 + 2508 + 32 + 97 + 60, stolen: 60 });
});

test('values are unknown without system statistics', () => {
  const machine = new SystemStats(() => undefined);
  expect(machine.read()).toEqual({ cpu: undefined, throttling: [] });
  expect(machine.readCpuWaitMs(7)).toBeUndefined();
  expect(machine.readCpuWaitMs(0)).toBeUndefined();
});

testWith([LINUX], 'reads the processor time of this thread', () => {
  const threadId = readThreadId();
  expect(threadId).toBeGreaterThan(0);
  const machine = new SystemStats(readTextFile);
  expect(machine.readCpuWaitMs(threadId)).toBeGreaterThanOrEqual(0);
  expect(machine.read().cpu?.total).toBeGreaterThan(0);
});
