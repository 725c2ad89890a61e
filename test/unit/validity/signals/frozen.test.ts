import { expect, test } from 'vitest';
import { detectFrozen } from '../../../../src/validity/signals/frozen.ts';
import { brief, buildJobWindow, buildThread, buildWindow } from '../windows.ts';

const stopped = (ms: number) => buildThread({ stoppedMs: ms, longestStopMs: ms, blocked: 1 });
const unpaced = buildJobWindow({ sent: [{ count: 100, serviceMs: 4 }] });

test('detects a process paused for 10 s immediately, with and without a pace', () => {
  for (const job of [buildJobWindow(), unpaced, buildJobWindow({ steady: false, activeMs: 4000 })]) {
    const frozen = buildWindow({
      seconds: 11,
      mainLateMs: 10_000,
      cpuMs: 150,
      threads: [stopped(9990), stopped(9960)],
      jobs: [job],
    });
    const [sighting, ...more] = detectFrozen([buildWindow(), frozen]);
    expect(more).toEqual([]);
    expect(sighting && brief(sighting)).toBe('invalid frozen 10');
    expect(sighting?.seconds).toBeCloseTo(9.99, 9);
    expect(sighting?.message).toContain('the whole process stalled for 9.99s: all threads at once');
  }
});

test('reports threads that resume later once, with the next sample', () => {
  const main = buildWindow({ seconds: 11, mainLateMs: 10_000, threads: [buildThread(), stopped(9990)] });
  const others = buildWindow({ threads: [stopped(9980), buildThread()] });
  const seen = [[main], [main, others], [main, others, buildWindow()]].map((recent) =>
    detectFrozen(recent).map(({ message }) => /^\S+ \S+ \S+/.exec(message)?.[0]),
  );
  expect(seen).toEqual([['load thread 1'], ['the whole process'], []]);
});

test('reports a single paused load thread by its number', () => {
  const [sighting] = detectFrozen([buildWindow({ threads: [buildThread(), stopped(3000)] })]);
  expect(sighting?.message).toBe('load thread 1 stalled for 3.00s');
});

test('a pause that was read before is not a new one', () => {
  expect(detectFrozen([buildWindow({ threads: [buildThread({ stoppedMs: 0, longestStopMs: 9990 })] })])).toEqual([]);
});

test('detects a suspended machine by its uptime, not by its clock', () => {
  const [suspended] = detectFrozen([buildWindow({ suspendedMs: 10_000 })]);
  expect(suspended).toMatchObject({ severity: 'invalid', message: 'this machine was suspended for 10.0s' });
  const [unsure] = detectFrozen([buildWindow({ suspendedMs: 10_000, isClockKnown: false })]);
  expect(unsure).toMatchObject({ severity: 'note', hint: 'the machine was suspended, or its clock was set' });
});

test('ignores pauses below a second and without load', () => {
  expect(detectFrozen([buildWindow({ mainLateMs: 900, threads: [stopped(900)] })])).toEqual([]);
  const idle = buildJobWindow({ activeMs: 0, steady: false });
  expect(detectFrozen([buildWindow({ mainLateMs: 10_000, threads: [stopped(9990)], jobs: [idle] })])).toEqual([]);
});
