import { expect, it } from 'vitest';
import { AdaptiveTimeout } from '../../../../src/exporters/push/adaptive-timeout.ts';

it('gives attempts twice the time after each that timed out, up to a minute', () => {
  const patience = new AdaptiveTimeout(5000);
  const limits = Array.from({ length: 6 }, () => {
    const { limitMs } = patience;
    patience.timedOut();
    return limitMs;
  });
  expect(limits).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

it('gives three times what the last one took, but no less than the setting', () => {
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
