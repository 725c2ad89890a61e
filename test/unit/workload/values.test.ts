import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/shared/units.ts';
import { DURATION, POSITIVE_DURATION, rate, RATE, size, SIZE } from '../../../src/workload/values.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [0.5, '500us'],
    [200, '200ms'],
    [1000, '1s'],
    [1500, '1s500ms'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [172_800_000, '2d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('is parsed back to the same value, and matches the pattern', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (ms) => {
        const text = formatDuration(ms);
        expect(parseDuration(text)).toBe(ms);
        expect(text).toMatch(DURATION);
        expect(POSITIVE_DURATION.test(text)).toBe(ms > 0);
      }),
    );
  });
});

describe('patterns', () => {
  test('accept only durations that parseDuration accepts, and distinguish 0', () => {
    const part = fc.tuple(
      fc.constantFrom('0', '00', '0.0', '1', '1.5', '0.001', '', '.5', '-1'),
      fc.constantFrom('ms', 's', 'm', 'h', 'd', 'us', 'µs', '', 'x'),
    );
    const text = fc.array(part, { maxLength: 3 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, (duration) => {
        const ms = parseDuration(duration);
        expect(DURATION.test(duration)).toBe(ms !== undefined);
        expect(POSITIVE_DURATION.test(duration)).toBe(ms !== undefined && ms > 0);
      }),
    );
  });

  test.each(['30', '', ' 30s', '30 s', '1s ', 'fast', '9'.repeat(400) + 's'])('%j is not a status range', (text) => {
    expect(text).not.toMatch(DURATION);
  });
});

describe('rate', () => {
  test.each([
    [500, 500],
    [0.25, 0.25],
    ['500/s', 500],
    ['30000/m', 500],
    ['1800/h', 0.5],
    ['0.5/s', 0.5],
    ['0/s', 0],
  ])('%j is %d per second', (given, perSecond) => {
    expect(rate.parse(given)).toBe(perSecond);
  });

  test('minutes and hours are 60 and 3600 seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (count) => {
        expect(rate.parse(`${count}/m`) * 60).toBeCloseTo(count, 5);
        expect(rate.parse(`${count}/h`) * 3600).toBeCloseTo(count, 5);
      }),
    );
  });
});

test.each(['500', '/s', '500/x', '500/min', '-1/s', '1e3/s', '500 /s', '5/s5'])('%j is not a rate', (text) => {
  expect(text).not.toMatch(RATE);
});

test.each(['0/s', '0.000/h', '0.001/h', '10/m'])('%j is a rate', (text) => {
  expect(text).toMatch(RATE);
});

test.each([
  [0, 0],
  [200, 200],
  ['512B', 512],
  ['1KB', 1000],
  ['1kB', 1000],
  ['1KiB', 1024],
  ['1.5 KiB', 1536],
  ['2MB', 2_000_000],
  ['2MiB', 2_097_152],
  ['0.0004KB', 0],
])('%j is %d bytes', (given, bytes) => {
  expect(size.parse(given)).toBe(bytes);
  if (typeof given === 'string') expect(given).toMatch(SIZE);
});

test.each(['1', 'KB', '-1KB', '1GB', '1K', '1kib ', '1  KB'])('%j is not a size', (text) => {
  expect(text).not.toMatch(SIZE);
});
