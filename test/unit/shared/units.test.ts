import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatMs,
  formatRate,
  formatShare,
  parseDuration,
  secondsToMs,
} from '../../../src/shared/units.ts';

describe('parseDuration', () => {
  test.each([
    ['200ms', 200],
    ['1.5s', 1500],
    ['1.001s', 1001],
    ['0.29s', 290],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['500us', 0.5],
    ['850µs', 0.85],
    [' 10s ', 10_000],
    ['0s', 0],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', ' ', '10', 's', '-1s', '1 s', '1e3s', '.5s', '5S', '1h30', `${'9'.repeat(400)}s`])(
    '%j is not a duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('parses the output of formatMs, to its three digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 3_599_000, noNaN: true }), (ms) => {
        const back = parseDuration(formatMs(ms));
        // Half a unit of the display: whole microseconds, then three digits, then whole seconds.
        const tolerance = ms < 59_950 ? Math.max(0.0005, ms * 0.00501) : 500.001;
        expect(Math.abs(back! - ms)).toBeLessThanOrEqual(tolerance); // it is a duration
      }),
    );
  });

  test('returns whole milliseconds for exact decimal seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (ms) => {
        expect(parseDuration(`${(ms / 1000).toFixed(3)}s`)).toBe(ms);
        expect(secondsToMs(ms / 1000)).toBe(ms);
      }),
    );
  });
});

test.each([
  [0, '0µs'],
  [0.85, '850µs'],
  [0.9994, '999µs'],
  [0.9996, '1.00ms'],
  [1.234, '1.23ms'],
  [9.996, '10.0ms'],
  [12.34, '12.3ms'],
  [99.96, '100ms'],
  [999.4, '999ms'],
  [999.6, '1.00s'],
  [4210, '4.21s'],
  [59_940, '59.9s'],
  [59_960, '1m00s'],
  [125_000, '2m05s'],
  [3_599_700, '1h00m'],
  [11_220_000, '3h07m'],
  [14_399_000, '4h00m'],
  [NaN, '-'],
  [Infinity, '-'],
])('formatMs(%d) is %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023.7, '1.00 KiB'],
  [1536, '1.50 KiB'],
  [1023.6 * 1024, '1.00 MiB'],
  [99.97 * 1024, '100 KiB'],
  [3.2 * 1024 ** 3, '3.20 GiB'],
  [5 * 1024 ** 5, '5120 TiB'],
  [NaN, '-'],
])('formatBytes(%d) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0.00/s'],
  [0.254, '0.25/s'],
  [9.996, '10.0/s'],
  [499.84, '499.8/s'],
  [999.96, '1,000/s'],
  [12_345.6, '12,346/s'],
  [NaN, '-'],
])('formatRate(%d) is %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text);
});

test.each([
  [0, 100, '0%'],
  [100, 100, '100%'],
  [1, 8, '12.50%'],
  [1, 1_000_000, '<0.01%'],
  [999_999, 1_000_000, '>99.99%'],
  [0, 0, '-'],
])('formatShare(%d, %d) is %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

test('groups digits of counts, and uses the singular for one', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatCountOf(1, 'request')).toBe('1 request');
  expect(formatCountOf(0, 'request')).toBe('0 requests');
  expect(formatCountOf(1234, 'request')).toBe('1,234 requests');
});
