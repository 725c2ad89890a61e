import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION, formatDuration, POSITIVE_DURATION } from '../../../src/workload/duration.ts';
import { parseDuration } from '../../../src/shared/units.ts';

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

  test('is read back exactly, and is a duration by its pattern', () => {
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
  test('let through nothing that parseDuration cannot read, and know 0 from more', () => {
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

  test.each(['30', '', ' 30s', '30 s', '1s ', 'fast', '9'.repeat(400) + 's'])('%j is none', (text) => {
    expect(text).not.toMatch(DURATION);
  });
});
