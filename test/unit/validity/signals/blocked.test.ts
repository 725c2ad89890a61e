import { expect, test } from 'vitest';
import { detectBlocked } from '../../../../src/validity/signals/event-loop.ts';
import { brief, buildThread, buildWindow } from '../windows.ts';

const GOOD = buildWindow();
const BLOCKED = buildWindow({ threads: [buildThread(), buildThread({ blocked: 0.2, longestStopMs: 203 })] });

test('a thread blocked for a fifth of two of three seconds makes the run invalid', () => {
  const [sighting] = detectBlocked([GOOD, BLOCKED, GOOD, BLOCKED]);
  expect(brief(sighting!)).toBe('invalid blocked 0.2'); // there is one
  expect(sighting?.message).toBe(
    'the event loop of load thread 1 was blocked for 20.00% of a second, up to 203ms at a time',
  );
});

test.each([
  ['one second', [GOOD, GOOD, BLOCKED]],
  ['seconds that are over', [BLOCKED, BLOCKED, GOOD]],
  ['seconds without load', [1, 2, 3].map(() => buildWindow({ threads: BLOCKED.threads, jobs: [] }))],
  ['less than a tenth', [1, 2, 3].map(() => buildWindow({ threads: [buildThread({ blocked: 0.09 })] }))],
])('is not reported: %s', (_, recent) => {
  expect(detectBlocked(recent)).toEqual([]);
});
