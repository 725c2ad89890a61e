import { describe, expect, test } from 'vitest';
import { jobKey, subtractDistribution } from '../../../src/recorder/snapshot.ts';
import { phaseDifference } from '../../../src/reports/document/phase-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { buildResult } from '../../snapshot-builder.ts';
import { Draws, follow, type Noise, wandering } from './runs.ts';

const RUNS = 30;
/** A level that is another from second to second, as a neighbour on the machine or a full cache makes it. */
const NOISE: Noise = { level: 0.2, request: 0.3, memory: 0.3 };

/** A minute with a backup in every other five seconds, in which everything takes so many times as long. */
function runWith(slowdown: number, seed: number) {
  const next = wandering(new Draws('phases', slowdown, seed), 50, 10, NOISE);
  return follow(60, (second) => {
    const inBackup = Math.floor(second / 5) % 2 === 1;
    return next().map(({ ms }) => ({ ms: inBackup ? ms * slowdown : ms, inBackup }));
  });
}

/** In how many of the runs the difference is called more than noise; by the parts of a run, or as if all were independent. */
function countNotable(slowdown: number, percent: number) {
  const found = { asPartsTell: 0, asIfIndependent: 0 };
  for (let seed = 0; seed < RUNS; seed++) {
    const { job, course } = runWith(slowdown, seed);
    const inside = job.phases[0]!.inside.service; // there is one
    const outside = subtractDistribution(job.measured.service, inside);
    const isNotable = (intervals: (typeof course.phases)[string] | undefined): number =>
      Number(phaseDifference(inside, outside, percent, intervals)?.is_more_than_noise);
    found.asPartsTell += isNotable(course.phases['backup']);
    found.asIfIndependent += isNotable(undefined);
  }
  return found;
}

describe('the difference between inside and outside of a phase', () => {
  test('is not significant if the level drifts', () => {
    const { asPartsTell, asIfIndependent } = countNotable(1, 50);
    expect(asPartsTell).toBeLessThanOrEqual(RUNS * 0.1);
    expect(asIfIndependent).toBeGreaterThan(RUNS * 0.3);
    expect(countNotable(1, 90).asPartsTell).toBeLessThanOrEqual(RUNS * 0.1);
  });

  test('is detected if it exists', () => {
    expect(countNotable(2, 50).asPartsTell).toBeGreaterThanOrEqual(RUNS * 0.95);
    expect(countNotable(2, 99).asPartsTell).toBeGreaterThanOrEqual(RUNS * 0.9);
  });

  test('is in the result with intervals of both sides', () => {
    const { job, course } = runWith(2, 0);
    const [phase] = toResultDocument(buildResult([job], { courses: { [jobKey(job)]: course } })).jobs[0]?.phases ?? [];
    if (phase === undefined) throw new Error('there is one');
    expect([phase.inside.requests, phase.outside.requests]).toEqual([1500, 1500]);
    for (const { latency, confidence } of [phase.inside, phase.outside]) {
      const { low_seconds: low, high_seconds: high, effective_samples: effective } = confidence.percentiles['p50']!; // of a minute
      expect([low! < latency.percentiles_seconds.p50!, latency.percentiles_seconds.p50! < high!]).toEqual([true, true]); // neither is an end that nothing is known of
      expect(effective).toBeGreaterThan(5);
      expect(effective).toBeLessThan(1500);
    }
  });
});
