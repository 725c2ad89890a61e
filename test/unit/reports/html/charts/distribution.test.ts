import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OK } from '../../../../../src/shared/outcome.ts';
import { percentileOf } from '../../../../../src/recorder/snapshot.ts';
import { binEdges, Durations, percentileAxis } from '../../../../../src/reports/html/charts/distribution.ts';
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
        const values = new Durations(times, 'job').alongPercentiles(axis);
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
  const values = new Durations(times, 'job').alongPercentiles(axis);
  const { p50, p90, p99, p99_9: p999 } = times.percentiles_seconds;
  expect([2, 10, 100, 1000].map((x) => values[axis.indexOf(x)])).toEqual([p50, p90, p99, p999]);
  expect(axis.length).toBeLessThan(120);
});

test('ends at the percentile that the requests determine', () => {
  const [few, many] = [jobOf([1, 2, 3]).times, jobOf(Array.from({ length: 100 }, (_, index) => index + 1)).times];
  const axis = percentileAxis([few, many]);
  expect(new Durations(few, 'job').alongPercentiles(axis)[axis.indexOf(6)]).toBe(few.max_seconds);
  expect(
    new Durations(few, 'job')
      .alongPercentiles(axis)
      .slice(axis.indexOf(6) + 1)
      .every((value) => value === null),
  ).toBe(true);
  expect(axis.at(-1)).toBe(200);
  expect(new Durations(jobOf([]).times, 'job').alongPercentiles(percentileAxis([jobOf([]).times]))).toEqual([null]);
});

test('every request is in one bin of the histogram, between its edges', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }), (all) => {
      const durations = new Durations(jobOf(all).times, 'job');
      const edges = binEdges([durations]);
      const counts = durations.countIn(edges);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all.length);
      expect(counts.at(-1)).toBe(0);
      expect(edges.length).toBeLessThanOrEqual(52);
      for (const [bin, count] of counts.slice(0, -1).entries()) {
        const [low, high] = [edges[bin] ?? NaN, edges[bin + 1] ?? NaN];
        // Durations are recorded to 0.1 %, and to a microsecond.
        const inside = all.filter((ms) => ms / 1000 > low * 1.001 + 1e-6 && ms / 1000 < high * 0.999 - 1e-6);
        const near = all.filter((ms) => ms / 1000 >= low * 0.999 - 1e-6 && ms / 1000 <= high * 1.001 + 1e-6);
        expect(count).toBeGreaterThanOrEqual(inside.length);
        expect(count).toBeLessThanOrEqual(near.length + all.filter((ms) => ms < 0.0015).length);
      }
    }),
    { numRuns: 60 },
  );
});

test('bins are wide enough for whole microseconds, and narrow enough for durations that hardly differ', () => {
  const edgesOf = (...all: readonly number[]): number[] => binEdges([new Durations(jobOf(all).times, 'job')]);
  const [low = NaN, high = NaN] = edgesOf(0.02, 0.03);
  expect(high - low).toBeGreaterThan(4e-6);
  expect(edgesOf(100, 101, 102, 103, 104, 105).length).toBeGreaterThan(3);
  expect(edgesOf()).toEqual([]);
});

test('minimum and deviation are those of the requests', () => {
  const durations = new Durations(jobOf([1, 2, 3, 4]).times, 'job');
  expect(durations.min).toBeCloseTo(0.001, 6);
  expect(durations.deviation).toBeCloseTo(Math.sqrt(1.25) / 1000, 5);
  expect(new Durations(jobOf([]).times, 'job')).toMatchObject({ min: null, max: null, deviation: null });
  expect(new Durations(jobOf([3]).times, 'job').deviation).toBeNull();
});
