import { expect, it } from 'vitest';
import { AdaptiveTimeout } from '../../../../src/exporters/push/adaptive-timeout.ts';

it('doubles the timeout after each timeout, up to a minute', () => {
  const patience = new AdaptiveTimeout(5000);
  const limits = Array.from({ length: 6 }, () => {
    const { limitMs } = patience;
    patience.timedOut();
    return limitMs;
  });
  expect(limits).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

it('uses three times the last duration, at least the setting', () => {
  const patience = new AdaptiveTimeout(5000);
  patience.timedOut();
  patience.accepted(6000);
  expect(patience.limitMs).toBe(18_000);
  expect(patience.neededMs).toBe(6000);
  patience.accepted(100);
  expect(patience.limitMs).toBe(5000);
});

it('never falls below a setting of more than a minute', () => {
  const patience = new AdaptiveTimeout(90_000);
  patience.timedOut();
  expect(patience.limitMs).toBe(90_000);
});
