import { describe, expect, test } from 'vitest';
import { jobKey } from '../../../src/recorder/snapshot.ts';
import { jobFiguresOf } from '../../../src/reports/job-figures.ts';
import { toResultDocument } from '../../../src/reports/result-document.ts';
import {
  compareRuns,
  type ComparedMetric,
  DEFAULT_ALLOWED,
  type JobFigures,
  unmatchedJobs,
} from '../../../src/verdicts/compare.ts';
import { type Estimate, estimateErrorRate, estimateRate } from '../../../src/verdicts/estimate.ts';
import { buildResult } from '../../snapshot-builder.ts';
import { Draws, follow, type Noise, wandering } from './runs.ts';

const NONE = { rate: undefined, error_rate: undefined, p50: undefined, p90: undefined, p99: undefined };

function run(figures: Partial<Record<ComparedMetric, Estimate>>, job = 'reads'): readonly JobFigures[] {
  return [{ job, type: 'read', figures: { ...NONE, ...figures } }];
}

/** A value that is sure to 1 %. */
const about = (value: number): Estimate => ({ value, low: value * 0.99, high: value * 1.01 });

function verdictOf(metric: ComparedMetric, before: readonly Estimate[], after: readonly Estimate[], allowed = 0.05) {
  const sides = [before, after].map((side) => side.map((estimate) => run({ [metric]: estimate }))) as [
    JobFigures[][],
    JobFigures[][],
  ];
  return compareRuns(...sides, { ...DEFAULT_ALLOWED, [metric]: allowed }).find((one) => one.metric === metric);
}

describe('one run a side', () => {
  test.each<[string, ComparedMetric, number, number, string]>([
    ['twice as slow', 'p99', 0.1, 0.2, 'regression'],
    ['twice as fast', 'p99', 0.2, 0.1, 'improvement'],
    ['the same', 'p99', 0.1, 0.1, 'no_difference'],
    ['surely slower, but allowed', 'p99', 0.1, 0.103, 'no_difference'],
    ['near what is allowed', 'p99', 0.1, 0.1045, 'cannot_tell'],
    ['fewer requests', 'rate', 1000, 800, 'regression'],
    ['more requests', 'rate', 800, 1000, 'improvement'],
  ])('%s', (_, metric, before, after, verdict) => {
    expect(verdictOf(metric, [about(before)], [about(after)])?.verdict).toBe(verdict);
  });

  test('a change is a share, and its interval has both uncertainties', () => {
    const { change, baseline, current } = verdictOf('p99', [about(0.1)], [about(0.2)]) ?? {};
    expect([baseline, current]).toEqual([0.1, 0.2]);
    expect(change?.value).toBeCloseTo(1, 9);
    // 1 % and 1 % make 1.41 %.
    expect(change?.low).toBeCloseTo(2 * Math.exp(-Math.hypot(Math.log(0.99), Math.log(1.01))) - 1, 3);
    expect(change?.high).toBeGreaterThan(1.027);
  });

  test('error rates differ by points', () => {
    const share = (value: number): Estimate => ({ value, low: value - 0.0005, high: value + 0.0005 });
    const worse = verdictOf('error_rate', [share(0.01)], [share(0.03)], 0.001);
    expect(worse?.change?.value).toBeCloseTo(0.02, 12);
    expect(worse?.verdict).toBe('regression');
    expect(verdictOf('error_rate', [share(0.01)], [share(0.0102)], 0.001)?.verdict).toBe('no_difference');
  });

  test('what is not known cannot be told', () => {
    const unsure = { value: 0.2, low: undefined, high: undefined };
    expect(verdictOf('p99', [about(0.1)], [unsure])).toMatchObject({ verdict: 'cannot_tell', current: 0.2 });
    expect(verdictOf('p99', [about(0.1)], [{ ...about(0.2), high: undefined }])?.verdict).toBe('cannot_tell');
    expect(verdictOf('p50', [], [])).toBeUndefined();
  });

  test('a latency of nothing is no division by nothing', () => {
    const nothing = { value: 0, low: 0, high: 0 };
    expect(verdictOf('p50', [nothing], [nothing])).toMatchObject({ verdict: 'no_difference', change: { value: 0 } });
  });
});

describe('several runs a side', () => {
  test('how they differ from each other counts, not what each knows of itself', () => {
    const before = [0.1, 0.13, 0.09].map(about);
    expect(verdictOf('p99', before, [0.12, 0.1, 0.14].map(about))?.verdict).toBe('cannot_tell');
    expect(verdictOf('p99', before, [0.3, 0.33, 0.29].map(about))?.verdict).toBe('regression');
  });

  test('one run against several is taken to vary as they do', () => {
    const before = [0.1, 0.13, 0.09, 0.11].map(about);
    expect(verdictOf('p99', before, [about(0.14)])?.verdict).toBe('cannot_tell');
    expect(verdictOf('p99', before, [about(0.5)])?.verdict).toBe('regression');
    // Even when it was too short to know anything of itself.
    expect(verdictOf('p99', before, [{ value: 0.5, low: undefined, high: undefined }])?.verdict).toBe('regression');
  });

  test('runs that happen to be alike are no surer than each is', () => {
    const wide = { value: 0.1, low: 0.05, high: 0.2 };
    expect(verdictOf('p99', [wide, wide], [wide, wide])?.verdict).toBe('cannot_tell');
  });
});

test('jobs are matched by name and type, the same ones by their order', () => {
  const before = [...run({ p50: about(1) }), ...run({ p50: about(2) }), ...run({}, 'gone')];
  const after = [...run({ p50: about(1) }), ...run({ p50: about(4) }), ...run({}, 'new')];
  const p50 = compareRuns([before], [after], DEFAULT_ALLOWED).filter(({ metric }) => metric === 'p50');
  expect(p50.map(({ baseline, current }) => [baseline, current])).toEqual([
    [1, 1],
    [2, 4],
  ]);
  expect(unmatchedJobs([before], [after])).toEqual(['gone (read)']);
  expect(unmatchedJobs([after], [before])).toEqual(['new (read)']);
});

describe('estimates', () => {
  const parts = (requests: readonly number[], errors: readonly number[] = []) =>
    requests.map((count, at) => ({ seconds: 1, requests: count, errors: errors[at] ?? 0 }));

  test('a steady rate is sure, a varying one as sure as its seconds are alike', () => {
    expect(estimateRate(parts(Array.from({ length: 30 }, () => 500)))).toEqual({ value: 500, low: 500, high: 500 });
    const draws = new Draws('rate');
    const {
      value,
      low = 0,
      high = 0,
    } = estimateRate(parts(Array.from({ length: 30 }, () => Math.round(500 + 50 * draws.normal())))) ?? {
      value: 0,
    };
    expect(value).toBeGreaterThan(low);
    // 2 standard errors of 50 over the root of 30, on either side.
    expect(high - low).toBeGreaterThan(25);
    expect(high - low).toBeLessThan(75);
    expect(estimateRate(parts([500, 500]))).toEqual({ value: 500, low: undefined, high: undefined });
    expect(estimateRate([])).toBeUndefined();
  });

  test('no error in 15,000 requests is surely less than 0.05 %', () => {
    const { value, low, high } = estimateErrorRate(parts(Array.from({ length: 30 }, () => 500))) ?? {};
    expect([value, low]).toEqual([0, 0]);
    expect(high).toBeLessThan(0.0005);
    expect(high).toBeGreaterThan(0.0002);
  });

  test('errors of one outage say less than as many that are spread', () => {
    const spread = estimateErrorRate(
      parts(
        Array.from({ length: 30 }, () => 100),
        Array.from({ length: 30 }, (_, at) => 9 + (at % 3)),
      ),
    );
    const outage = estimateErrorRate(
      parts(
        Array.from({ length: 30 }, () => 100),
        Array.from({ length: 30 }, (_, at) => (at < 3 ? 100 : 0)),
      ),
    );
    const width = ({ low = 0, high = 0 }: Partial<Estimate> = {}) => high - low;
    expect(width(outage)).toBeGreaterThan(3 * width(spread));
  });
});

describe('of 50 pairs of runs, 30 s at 500 requests a second', () => {
  const figures = (seed: string, n: number, medianMs: number, noise: Noise) => {
    const { job, course } = follow(30, wandering(new Draws(seed, n), 500, medianMs, noise));
    return jobFiguresOf(toResultDocument(buildResult([job], { courses: { [jobKey(job)]: course } })));
  };

  test('equal ones are hardly ever a regression, 10 % more p99 nearly always is', () => {
    const noise = { level: 0, request: 0.5, memory: 0 };
    let [falsely, found] = [0, 0];
    for (let n = 0; n < 50; n++) {
      const before = figures('before', n, 20, noise);
      const same = compareRuns([before], [figures('after', n, 20, noise)], DEFAULT_ALLOWED);
      const slower = compareRuns([before], [figures('slower', n, 22, noise)], DEFAULT_ALLOWED);
      falsely += Number(same.some(({ verdict }) => verdict === 'regression'));
      found += Number(slower.some(({ metric, verdict }) => metric === 'p99' && verdict === 'regression'));
    }
    expect(falsely).toBeLessThanOrEqual(2);
    expect(found).toBeGreaterThanOrEqual(45);
  }, 120_000);
});
