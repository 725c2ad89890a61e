import { expect, test } from 'vitest';
import { compareRuns, DEFAULT_ALLOWED, type JobEstimates } from '../../../src/comparison/compare.ts';
import { drawUnit } from '../../../src/shared/random.ts';

const RUNS = 5;
const TRIALS = 2000;
/** Standard deviation of the level of a run, as a share. */
const SPREAD = 0.05;

function run(p50: number): readonly JobEstimates[] {
  const estimate = { value: p50, low: p50 * 0.999, high: p50 * 1.001 };
  return [{ job: 'reads', type: 'read', step: undefined, phase: undefined, figures: { p50: estimate } }];
}

/** Share of the trials in which a run that is slower by a factor is a regression against five runs. */
function regressions(factor: number): number {
  let counter = 0;
  const random = (): number => drawUnit(1, 2, counter++);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const level = (): number => 0.01 * Math.exp(SPREAD * normal());
  let found = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const baseline = Array.from({ length: RUNS }, () => run(level()));
    const [comparison] = compareRuns(baseline, [run(factor * level())], DEFAULT_ALLOWED);
    if (comparison?.verdict === 'regression') found++;
  }
  return found / TRIALS;
}

test('runs that differ by 5 % from one to the next are rarely a regression, and one that is 30 % slower mostly is', () => {
  expect(regressions(1)).toBeLessThan(0.035);
  expect(regressions(1.3)).toBeGreaterThan(0.85);
});
