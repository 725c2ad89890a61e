import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRate, RATE } from '../../../src/workload/rate.ts';

describe('parseRate', () => {
  test.each([
    [500, 500],
    [0.25, 0.25],
    ['500/s', 500],
    ['30000/m', 500],
    ['1800/h', 0.5],
    ['0.5/s', 0.5],
    ['0/s', 0],
  ])('%j is %d a second', (rate, perSecond) => {
    expect(parseRate(rate)).toBe(perSecond);
  });

  test('minutes and hours are 60 and 3600 seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (count) => {
        expect(parseRate(`${count}/m`) * 60).toBeCloseTo(count, 5);
        expect(parseRate(`${count}/h`) * 3600).toBeCloseTo(count, 5);
      }),
    );
  });
});

test.each(['500', '/s', '500/x', '500/min', '-1/s', '1e3/s', '500 /s', '5/s5'])('%j is no rate', (text) => {
  expect(text).not.toMatch(RATE);
});

test.each(['0/s', '0.000/h', '0.001/h', '10/m'])('%j is a rate', (text) => {
  expect(text).toMatch(RATE);
});
