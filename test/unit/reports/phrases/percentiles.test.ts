import { expect, test } from 'vitest';
import { OK } from '../../../../src/shared/outcome.ts';
import { PERCENTILES, supportedPercentileMs } from '../../../../src/reports/phrases/percentiles.ts';
import { recordTally, request } from '../../../snapshot-builder.ts';

test.each([
  [50, 2],
  [90, 10],
  [95, 20],
  [99, 100],
  [99.9, 1000],
] as const)('p%d takes %d durations: one must lie above it', (percent, least) => {
  const percentile = (count: number): number | undefined =>
    supportedPercentileMs(
      recordTally((recorder) => {
        for (let i = 1; i <= count; i++) request(recorder, OK, i / 1000);
      }).service,
      percent,
    );
  expect(percentile(least - 1)).toBeUndefined();
  expect(percentile(least)).toBeCloseTo((least - 1) / 1000, 9);
  expect(PERCENTILES).toContain(percent);
});
