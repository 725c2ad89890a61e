import { expect, test } from 'vitest';
import { detectMachine } from '../../../../src/validity/signals/machine.ts';
import type { SampleWindow } from '../../../../src/validity/window.ts';
import { brief, buildJobWindow, buildThread, buildWindow, late } from '../windows.ts';

const UNPACED = [buildJobWindow({ sent: [{ count: 100, serviceMs: 4 }] })];

function look(given: Partial<SampleWindow>, spoilt: boolean): string[] {
  const window = buildWindow(given);
  return detectMachine([window, buildWindow(), window, window], spoilt).map(brief);
}

test.each<[string, Partial<SampleWindow>, found: string, spoilt: string, unpaced: string]>([
  [
    'a used up quota',
    { throttled: { time: 0.3, periods: 0.5 } },
    'note throttled 0.3',
    'invalid throttled 0.3',
    'invalid throttled 0.3',
  ],
  ['stolen time', { steal: 0.2 }, 'note stolen 0.2', 'invalid stolen 0.2', 'note stolen 0.2'],
  [
    'a wait for a CPU',
    { threads: [buildThread({ cpuWait: 0.4 }), buildThread()] },
    'note starved 0.4',
    'invalid starved 0.4',
    'note starved 0.4',
  ],
  [
    'a wait that is long at a time',
    { threads: [buildThread({ cpuWait: 0.6, ...late(20, 0.2) })] },
    'note starved 0.6',
    'invalid starved 0.6',
    'invalid starved 0.6',
  ],
  [
    'a wait that is short at a time, as beside a database on the same machine',
    { threads: [buildThread({ cpuWait: 0.7, ...late(20, 0.02) })] },
    'note starved 0.7',
    'invalid starved 0.7',
    'note starved 0.7',
  ],
])('%s', (_, given, found, spoilt, unpaced) => {
  expect(look(given, false)).toEqual([found]);
  expect(look(given, true)).toEqual([spoilt]);
  expect(look({ ...given, jobs: UNPACED }, false)).toEqual([unpaced]);
});

test.each<[string, Partial<SampleWindow>]>([
  ['a quota that is met in few of its periods', { throttled: { time: 0.3, periods: 0.05 } }],
  [
    'a little of each',
    { throttled: { time: 0.05, periods: 0.5 }, steal: 0.05, threads: [buildThread({ cpuWait: 0.2 })] },
  ],
  [
    'what this system does not tell',
    { throttled: undefined, steal: undefined, threads: [buildThread({ cpuWait: undefined })] },
  ],
  ['a time without load', { throttled: { time: 0.3, periods: 0.5 }, jobs: [] }],
])('does not report %s', (_, given) => {
  expect(look(given, true)).toEqual([]);
});

test('reports throttling without the CPU wait that it causes', () => {
  const given = { throttled: { time: 0.5, periods: 0.9 }, threads: [buildThread({ cpuWait: 0.5 })] };
  expect(look(given, true)).toEqual(['invalid throttled 0.5']);
});
