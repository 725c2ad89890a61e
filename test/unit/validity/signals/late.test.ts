import { expect, test } from 'vitest';
import { OK } from '../../../../src/shared/outcome.ts';
import { LATE_LIMITS_MS } from '../../../../src/validity/event-loop-monitor.ts';
import { detectLate, detectLateJob } from '../../../../src/validity/signals/late.ts';
import { buildJob, request } from '../../../snapshot-builder.ts';
import { brief, buildJobWindow, buildThread, buildWindow, late } from '../windows.ts';

const GOOD = buildWindow();
/** Two of a hundred requests 50 ms late, and a thread that was as late for a twentieth of the time. */
const LATE_JOB = buildJobWindow({
  sent: [
    { count: 98, lagMs: 0.2, serviceMs: 4 },
    { count: 2, lagMs: 50, serviceMs: 4 },
  ],
});
const LATE = buildWindow({ threads: [buildThread(late(50, 0.05))], jobs: [LATE_JOB] });

test('lateness in three of four seconds is invalid', () => {
  const [sighting, ...others] = detectLate([LATE, GOOD, LATE, LATE]);
  expect(others).toEqual([]);
  expect(brief(sighting!)).toBe('invalid late reads 0.05'); // there is one
  expect(sighting?.message).toBe(
    'the generator sent 2.00% of the requests in one second more than 13.5ms late (p99 50.0ms)',
  );
});

test.each([
  ['in two of four', [GOOD, LATE, GOOD, LATE]],
  ['but no longer', [LATE, LATE, LATE, GOOD]],
  ['before there are three', [LATE, LATE]],
])('does not report requests that are late %s', (_, recent) => {
  expect(detectLate(recent)).toEqual([]);
});

test('late requests on punctual threads are caused by the target', () => {
  const queued = buildWindow({ jobs: [LATE_JOB] });
  expect(detectLate([queued, queued, queued, queued])).toEqual([]);
});

test('ignores a late thread with punctual requests', () => {
  const idle = buildWindow({ threads: [buildThread(late(50, 0.05))] });
  expect(detectLate([idle, idle, idle, idle])).toEqual([]);
});

test('20 ms are late relative to 60, not to 400', () => {
  const of = (serviceMs: number) =>
    buildWindow({
      threads: [buildThread(late(30, 0.05))],
      jobs: [buildJobWindow({ sent: [{ count: 100, lagMs: 20, serviceMs }] })],
    });
  expect(detectLate([of(40), of(40), of(40)]).map(brief)).toEqual(['invalid late reads 0.02']);
  expect(detectLate([of(400), of(400), of(400)])).toEqual([]);
});

test('the warm-up does not count', () => {
  const warming = { ...LATE, jobs: [{ ...LATE_JOB, steady: false }] };
  expect(detectLate([warming, warming, warming])).toEqual([]);
});

const IN_ALL = buildJob({
  name: 'reads',
  paced: true,
  record: (recorder) => {
    for (let sent = 0; sent < 980; sent++) request(recorder, OK, 4, 0.2);
    for (let sent = 0; sent < 20; sent++) request(recorder, OK, 4, 100);
  },
});

test.each([
  [0.49, []],
  [0.5, ['invalid late reads 0.1']],
])('reports a whole job of which %d s had late threads', (seconds, found) => {
  const sighting = detectLateJob(
    IN_ALL,
    LATE_LIMITS_MS.map(() => seconds),
  );
  expect(sighting === undefined ? [] : [brief(sighting)]).toEqual(found);
});
