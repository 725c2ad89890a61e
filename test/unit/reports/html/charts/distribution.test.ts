import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OK } from '../../../../../src/shared/outcome.ts';
import { percentileOf } from '../../../../../src/recorder/snapshot.ts';
import { percentileAxis, valuesAlong } from '../../../../../src/reports/html/charts/distribution.ts';
import { toResultDocument } from '../../../../../src/reports/document/result-document.ts';
import { buildJob, buildResult, request } from '../../../../snapshot-builder.ts';

/** A job whose requests took so many milliseconds. */
function jobOf(durationsMs: readonly number[]) {
  const job = buildJob({ name: 'a', record: (recorder) => durationsMs.forEach((ms) => request(recorder, OK, ms)) });
  const times = toResultDocument(buildResult([job])).jobs[0]!.service_time; // the result has one job
  return { service: job.measured.service, times };
}

test('the curve goes through the percentiles of the result, never falls, and ends at the maximum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (all) => {
        const { service, times } = jobOf(all);
        const axis = percentileAxis([times]);
        const values = valuesAlong(axis, times, 'job');
        for (const [index, x] of axis.entries()) {
          expect(values[index]).toBeCloseTo(percentileOf(service, 100 - 100 / x) ?? NaN, 9);
          expect(values[index]).toBeGreaterThanOrEqual(values[index - 1] ?? 0);
        }
        expect(axis.at(-1)).toBe(2 * all.length);
        expect(values.at(-1)).toBeCloseTo(percentileOf(service, 100) ?? NaN, 9);
      },
    ),
    { numRuns: 60 },
  );
});

test('the axis has the percentiles of the tables', () => {
  const { times } = jobOf(Array.from({ length: 6000 }, (_, index) => 1 + index / 100));
  const axis = percentileAxis([times]);
  expect(axis.filter((x) => [1, 2, 4, 10, 20, 100, 1000, 10_000].includes(x))).toHaveLength(8);
  const values = valuesAlong(axis, times, 'job');
  const { p50, p90, p99, p99_9: p999 } = times.percentiles_seconds;
  expect([2, 10, 100, 1000].map((x) => values[axis.indexOf(x)])).toEqual([p50, p90, p99, p999]);
  expect(axis.length).toBeLessThan(120);
});

test('ends at the percentile that the requests determine', () => {
  const [few, many] = [jobOf([1, 2, 3]).times, jobOf(Array.from({ length: 100 }, (_, index) => index + 1)).times];
  const axis = percentileAxis([few, many]);
  expect(valuesAlong(axis, few, 'job')[axis.indexOf(6)]).toBe(few.max_seconds);
  expect(
    valuesAlong(axis, few, 'job')
      .slice(axis.indexOf(6) + 1)
      .every((value) => value === null),
  ).toBe(true);
  expect(axis.at(-1)).toBe(200);
  expect(valuesAlong(percentileAxis([jobOf([]).times]), jobOf([]).times, 'job')).toEqual([null]);
});
