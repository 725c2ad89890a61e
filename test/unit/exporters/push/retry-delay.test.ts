import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryDelayMs } from '../../../../src/exporters/push/retry-delay.ts';

describe('retryDelayMs', () => {
  it('doubles from 1 s to 30 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 2000].map((failures) => retryDelayMs(failures, () => 0));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('subtracts up to half of it at random', () => {
    expect(retryDelayMs(3, () => 0.5)).toBe(3000);
    expect(retryDelayMs(3, () => 1)).toBe(2000);
  });
});

describe('parseRetryAfter', () => {
  const nowMs = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');

  it.each([
    ['3', 3000],
    [' 120 ', 120_000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
    ['Wednesday, 21-Oct-26 07:28:10 GMT', 10_000], // the obsolete forms of RFC 850 and of asctime
    ['Wed Oct 21 07:28:10 2026 GMT', 10_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['', 0],
    ['soon', 0],
    ['-1', 0],
    ['1.5', 0],
    ['Monday', 0],
  ])('%s asks for %d ms', (header, delayMs) => {
    expect(parseRetryAfter(header, '', nowMs)).toBe(delayMs);
  });

  it.each(['86400', '99999999999999999999', 'Thu, 22 Oct 2026 07:28:00 GMT'])('%s is cut to five minutes', (header) => {
    expect(parseRetryAfter(header, '', nowMs)).toBe(300_000);
  });

  it('compares a date with the clock of the receiver', () => {
    const [asked, answered] = ['Wed, 21 Oct 2026 07:28:10 GMT', 'Wed, 21 Oct 2026 07:28:04 GMT'];
    for (const ownMs of [0, nowMs - 3_600_000, nowMs + 3_600_000]) {
      expect(parseRetryAfter(asked, answered, ownMs)).toBe(6000);
    }
    expect(parseRetryAfter('3', answered, 0)).toBe(3000);
  });
});
