import { expect, test } from 'vitest';
import { OK } from '../../../../src/shared/outcome.ts';
import { detectBehind, detectShortfall } from '../../../../src/validity/signals/behind.ts';
import { buildJob, request } from '../../../snapshot-builder.ts';
import { brief, buildJobWindow, buildThread, buildWindow } from '../windows.ts';

const lagging = (lagMs: number, utilization = 0.2) =>
  buildWindow({
    threads: [buildThread({ utilization })],
    jobs: [buildJobWindow({ sent: [{ count: 100, lagMs, serviceMs: 50 }] })],
  });

test('a queue that grows for three seconds with idle threads is a note about the target', () => {
  const [sighting] = detectBehind([300, 600, 900].map((lagMs) => lagging(lagMs)));
  expect(brief(sighting!)).toBe('note behind reads 0.9'); // there is one
  expect(sighting?.message).toBe('requests start 900ms late, and later every second: all connections are busy');
});

test('a growing queue with saturated threads is the limit of the generator', () => {
  const [sighting] = detectBehind([300, 600, 900].map((lagMs) => lagging(lagMs, 0.99)));
  expect(brief(sighting!)).toBe('invalid behind reads 0.9'); // there is one
  expect(sighting?.message).toMatch(/this generator is at its limit$/);
});

const NOTHING = buildWindow({ jobs: [buildJobWindow({ sent: [], started: 0 })] });

test.each([
  ['a queue that shrinks, after a stop of the target', [lagging(1500), lagging(900), lagging(300)]],
  ['a target that stands still, so that nothing is started', [lagging(0.2), NOTHING, NOTHING, NOTHING]],
  ['a lag that stays as it is', [lagging(300), lagging(300), lagging(300)]],
  ['a lag that nobody notices', [lagging(50), lagging(100), lagging(200)]],
  ['two seconds', [lagging(300), lagging(600)]],
])('is not reported: %s', (_, recent) => {
  expect(detectBehind(recent)).toEqual([]);
});

const jobOf = (started: number, skipped: number, lagMs = 1) =>
  buildJob({
    name: 'reads',
    paced: true,
    record: (recorder) => {
      for (let sent = 0; sent < started; sent++) request(recorder, OK, 5, lagMs);
      recorder.skip(skipped);
    },
  });

test.each([
  // A hundredth, and at least ten.
  [990, 10, true],
  [991, 9, false],
  [9900, 99, false],
  // A fifth of a few.
  [8, 2, true],
  [9, 1, false],
  [0, 3, true],
  [5, 1, false],
  [0, 0, false],
])('%d started and %d skipped are %s', (started, skipped, isShort) => {
  const sighting = detectShortfall(jobOf(started, skipped), false);
  expect(sighting === undefined ? [] : [brief(sighting)]).toEqual(isShort ? [`invalid behind reads ${skipped}`] : []);
});

test('operations that all started much too late are invalid too', () => {
  // The job took 10 s.
  expect(detectShortfall(jobOf(100, 0, 1900), false)).toBeUndefined();
  expect(brief(detectShortfall(jobOf(100, 0, 2100), false)!)).toBe('invalid behind reads 2.1'); // there is one
  expect(brief(detectShortfall(jobOf(100, 0, 600), true)!)).toBe('invalid behind reads 0.6'); // there is one
});

test('ignores a job without a pace', () => {
  expect(
    detectShortfall(buildJob({ name: 'reads', record: (recorder) => request(recorder, OK, 5) }), true),
  ).toBeUndefined();
});
