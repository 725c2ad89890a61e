import { expect, test } from 'vitest';
import { detectSaturated } from '../../../../src/validity/signals/event-loop.ts';
import { brief, buildJobWindow, buildThread, buildWindow } from '../windows.ts';

const full = [buildThread(), buildThread({ utilization: 0.99 })];
const UNPACED = buildWindow({ threads: full, jobs: [buildJobWindow({ sent: [{ count: 9, serviceMs: 1 }] })] });

test('an unpaced job that saturates a thread is a note', () => {
  const [sighting] = detectSaturated([UNPACED, UNPACED, buildWindow(), UNPACED]);
  expect(brief(sighting!)).toBe('note saturated 0.99'); // there is one
  expect(sighting?.message).toMatch(/the generator limits the rate/);
});

test('a saturated thread of a paced job is a note too', () => {
  const paced = buildWindow({ threads: full });
  expect(detectSaturated([paced, paced, paced]).map(({ message }) => message)).toEqual([
    'a load thread was busy for 99.00% of a second: it is close to its limit',
  ]);
});

test('ignores two seconds', () => {
  expect(detectSaturated([buildWindow(), UNPACED, UNPACED])).toEqual([]);
});
