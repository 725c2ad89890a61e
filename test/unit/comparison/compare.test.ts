import { describe, expect, test } from 'vitest';
import { jobKey } from '../../../src/recorder/snapshot.ts';
import { estimateJobs } from '../../../src/reports/document/job-estimates.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import {
  compareRuns,
  type ComparedMetric,
  DEFAULT_ALLOWED,
  type JobEstimates,
  unmatchedJobs,
} from '../../../src/comparison/compare.ts';
import { type Estimate, estimateErrorRate, estimateRate } from '../../../src/analysis/estimate.ts';
import { buildResult } from '../../snapshot-builder.ts';
import { Draws, follow, type Noise, wandering } from '../analysis/runs.ts';

const NONE = { rate: undefined, error_rate: undefined, p50: undefined, p90: undefined, p99: undefined };

function run(figures: Partial<Record<ComparedMetric, Estimate>>, job = 'reads'): readonly JobEstimates[] {
  return [{ job, type: 'read', step: undefined, phase: undefined, figures: { ...NONE, ...figures } }];
}

/** A value that is sure to 1 %. */
const about = (value: number): Estimate => ({ value, low: value * 0.99, high: value * 1.01 });

function verdictOf(metric: ComparedMetric, before: readonly Estimate[], after: readonly Estimate[], allowed = 0.05) {
  const sides = [before, after].map((side) => side.map((estimate) => run({ [metric]: estimate }))) as [
    JobEstimates[][],
    JobEstimates[][],
  ];
  return compareRuns(...sides, { ...DEFAULT_ALLOWED, [metric]: allowed }).find((one) => one.metric === metric);
}

describe('one run on each side', () => {
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

  test('expresses a change as a share, with an interval of both uncertainties', () => {
    const { change, baseline, current } = verdictOf('p99', [about(0.1)], [about(0.2)]) ?? {};
    expect([baseline, current]).toEqual([0.1, 0.2]);
    expect(change?.value).toBeCloseTo(1, 9);
    // 1 % and 1 % make 1.41 %.
    expect(change?.low).toBeCloseTo(2 * Math.exp(-Math.hypot(Math.log(0.99), Math.log(1.01))) - 1, 3);
    expect(change?.high).toBeGreaterThan(1.027);
  });

  test('compares error rates in percentage points', () => {
    const share = (value: number): Estimate => ({ value, low: value - 0.0005, high: value + 0.0005 });
    const worse = verdictOf('error_rate', [share(0.01)], [share(0.03)], 0.001);
    expect(worse?.change?.value).toBeCloseTo(0.02, 12);
    expect(worse?.verdict).toBe('regression');
    expect(verdictOf('error_rate', [share(0.01)], [share(0.0102)], 0.001)?.verdict).toBe('no_difference');
  });

  test('unknown values give no verdict', () => {
    const unsure = { value: 0.2, low: undefined, high: undefined };
    expect(verdictOf('p99', [about(0.1)], [unsure])).toMatchObject({ verdict: 'cannot_tell', current: 0.2 });
    // Only the end on the side of no change decides.
    expect(verdictOf('p99', [about(0.1)], [{ ...about(0.2), high: undefined }])?.verdict).toBe('regression');
    expect(verdictOf('p99', [about(0.1)], [{ ...about(0.2), low: undefined }])?.verdict).toBe('cannot_tell');
    expect(verdictOf('p50', [], [])).toBeUndefined();
  });

  test('a latency of 0 causes no division by 0', () => {
    const nothing = { value: 0, low: 0, high: 0 };
    expect(verdictOf('p50', [nothing], [nothing])).toMatchObject({ verdict: 'no_difference', change: { value: 0 } });
  });
});

describe('a percentile known only to its bucket', () => {
  /** Interpolated to 20 ms, and surely between 10 and 25. */
  const bucket = (value = 0.02): Estimate => ({ value, low: 0.01, high: 0.025, within: { low: 0.01, high: 0.025 } });

  test.each<[string, Estimate, Estimate, string]>([
    ['equal, as far as can be seen', bucket(), about(0.02), 'cannot_tell'],
    ['30 % more than interpolated, but maybe just the bound', bucket(), about(0.0252), 'cannot_tell'],
    ['beyond the bucket, but maybe by less than is allowed', bucket(), about(0.0258), 'cannot_tell'],
    ['beyond it by more than is allowed', bucket(), about(0.03), 'regression'],
    ['below it by more than is allowed', bucket(), about(0.009), 'improvement'],
    ['both in the same bucket', bucket(), bucket(0.011), 'cannot_tell'],
    [
      'beyond the last bound',
      { value: 0.1, low: 0.1, high: Infinity, within: { low: 0.1, high: Infinity } },
      about(0.5),
      'cannot_tell',
    ],
    [
      'less than the last bound',
      { value: 0.1, low: 0.1, high: Infinity, within: { low: 0.1, high: Infinity } },
      about(0.05),
      'improvement',
    ],
  ])('%s', (_, before, after, verdict) => {
    expect(verdictOf('p99', [before], [after])?.verdict).toBe(verdict);
  });

  test('is not more precise from many runs', () => {
    const many = Array.from({ length: 50 }, () => bucket());
    const { change, baselineWithin, verdict } = verdictOf('p99', many, [about(0.0252)]) ?? {};
    expect(baselineWithin).toEqual({ low: 0.01, high: 0.025 });
    expect(change?.low).toBeLessThan(0.009);
    expect(change?.high).toBeGreaterThan(1.52);
    expect(verdict).toBe('cannot_tell');
    expect(verdictOf('p99', many, [about(0.03)])?.verdict).toBe('regression');
  });

  test('is less certain if runs differ', () => {
    const one = verdictOf('p99', [bucket()], [about(0.03)]);
    const several = verdictOf('p99', [bucket(0.012), bucket(0.024), bucket(0.018)], [about(0.03)]);
    expect(several?.change?.low).toBeLessThan((one?.change?.low ?? NaN) - 0.1);
  });

  test('gives no verdict from one run without an interval', () => {
    const unsure = { ...bucket(), low: undefined, high: undefined };
    expect(verdictOf('p99', [unsure], [about(0.1)])?.verdict).toBe('cannot_tell');
    expect(verdictOf('p99', [unsure, unsure], [about(0.1)])?.verdict).toBe('regression');
  });
});

describe('an assumed interval', () => {
  const short = (value: number): Estimate => ({
    value,
    low: undefined,
    high: undefined,
    assumed: { low: value * 0.9, high: value * 1.1 },
  });

  test('replaces an unknown one, and is named', () => {
    expect(verdictOf('p99', [short(0.1)], [short(0.2)])).toMatchObject({ verdict: 'regression', isAssumed: true });
    expect(verdictOf('p99', [short(0.1)], [short(0.11)])).toMatchObject({ verdict: 'cannot_tell', isAssumed: true });
    expect(verdictOf('p99', [about(0.1)], [about(0.2)])).toMatchObject({ isAssumed: false });
  });

  test('is ignored if runs show their variation', () => {
    const runs = [short(0.1), short(0.1), short(0.1)];
    expect(verdictOf('p99', runs, runs)).toMatchObject({ isAssumed: false, change: { low: 0, high: 0 } });
  });
});

test('reports no difference without errors on both sides, and omits a number without values', () => {
  const none: Estimate = { value: 0, low: undefined, high: undefined, assumed: { low: 0, high: 0.1 } };
  expect(verdictOf('error_rate', [none], [none])?.verdict).toBe('no_difference');
  expect(verdictOf('p99', [], [])).toBeUndefined();
});

describe('several runs on each side', () => {
  test('uses the variation between runs, not their own intervals', () => {
    const before = [0.1, 0.13, 0.09].map(about);
    expect(verdictOf('p99', before, [0.12, 0.1, 0.14].map(about))?.verdict).toBe('cannot_tell');
    expect(verdictOf('p99', before, [0.3, 0.33, 0.29].map(about))?.verdict).toBe('regression');
  });

  test('assumes that one run varies like several others', () => {
    const before = [0.1, 0.13, 0.09, 0.11].map(about);
    expect(verdictOf('p99', before, [about(0.14)])?.verdict).toBe('cannot_tell');
    expect(verdictOf('p99', before, [about(0.5)])?.verdict).toBe('regression');
    // Even when it was too short to know anything of itself.
    expect(verdictOf('p99', before, [{ value: 0.5, low: undefined, high: undefined }])?.verdict).toBe('regression');
  });

  test('equal runs do not reduce the uncertainty', () => {
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

test('compares each phase with itself', () => {
  const inPhase = (phase: string, p99: number): JobEstimates => ({
    job: 'reads',
    type: 'read',
    step: undefined,
    phase,
    figures: { p99: about(p99) },
  });
  const before = [...run({ p99: about(0.1) }), inPhase('backup', 0.2), inPhase('clone', 0.3)];
  const after = [...run({ p99: about(0.1) }), inPhase('backup', 0.4), inPhase('dump', 0.3)];
  const rows = compareRuns([before], [after], DEFAULT_ALLOWED);
  expect(rows.filter(({ phase }) => phase !== undefined)).toMatchObject([
    { job: 'reads', phase: 'backup', metric: 'p99', baseline: 0.2, current: 0.4, verdict: 'regression' },
  ]);
  expect(rows.find(({ metric, phase }) => metric === 'p99' && phase === undefined)?.verdict).toBe('no_difference');
  expect(unmatchedJobs([before], [after])).toEqual(['reads during clone (read)']);
  expect(unmatchedJobs([after], [before])).toEqual(['reads during dump (read)']);
});

describe('estimates', () => {
  const parts = (requests: readonly number[], errors: readonly number[] = []) =>
    requests.map((count, at) => ({ seconds: 1, requests: count, errors: errors[at] ?? 0 }));

  test('a steady rate is certain, a varying one as certain as its seconds are equal', () => {
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

  test('no error in 15,000 requests is less than 0.05 %', () => {
    const { value, low, high } = estimateErrorRate(parts(Array.from({ length: 30 }, () => 500))) ?? {};
    expect([value, low]).toEqual([0, 0]);
    expect(high).toBeLessThan(0.0005);
    expect(high).toBeGreaterThan(0.0002);
  });

  test('errors of one outage are less certain than the same number spread out', () => {
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

describe('50 pairs of runs of 30 s at 500 requests per second', () => {
  const figures = (seed: string, n: number, medianMs: number, noise: Noise) => {
    const { job, course } = follow(30, wandering(new Draws(seed, n), 500, medianMs, noise));
    return estimateJobs(toResultDocument(buildResult([job], { courses: { [jobKey(job)]: course } })));
  };

  test('report equal runs hardly ever as a regression, and 10 % more p99 nearly always', () => {
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
  });
});

describe('jobs of 2 s, too short for intervals', () => {
  const RUNS = 60;
  /** Requests that are alike, and a target whose level wanders from second to second. */
  const noises: readonly Noise[] = [
    { level: 0, request: 0.5, memory: 0 },
    { level: 0.05, request: 0.3, memory: 0.5 },
  ];
  const figures = (noise: Noise, seed: string, n: number, medianMs: number) => {
    const { job, course } = follow(2, wandering(new Draws(seed, n, noise.level), 500, medianMs, noise));
    return estimateJobs(toResultDocument(buildResult([job], { courses: { [jobKey(job)]: course } })));
  };
  const verdicts = (noise: Noise, factor: number) =>
    Array.from({ length: RUNS }, (_, n) =>
      compareRuns([figures(noise, 'a', n, 20)], [figures(noise, `b${factor}`, n, 20 * factor)], DEFAULT_ALLOWED),
    );

  test.each(noises)(
    'with noise %o reports fewer than 5 % false regressions, per number and per comparison',
    (noise) => {
      const rows = verdicts(noise, 1);
      const alarms = rows.filter((row) => row.some(({ verdict }) => verdict === 'regression')).length;
      expect(alarms).toBeLessThanOrEqual(RUNS * 0.05);
    },
  );

  test.each([1.3, 2, 30])('detects a change by a factor of %d', (factor) => {
    for (const noise of noises) {
      const rows = verdicts(noise, factor);
      const found = rows.filter((row) =>
        row.some(({ metric, verdict }) => metric === 'p50' && verdict === 'regression'),
      ).length;
      expect(found).toBeGreaterThanOrEqual(factor === 1.3 ? RUNS * 0.9 : RUNS);
      if (factor === 1.3) continue;
      const unknown = rows.flat().filter(({ metric, verdict }) => metric !== 'rate' && verdict === 'cannot_tell');
      // The longest of a thousand may be twice their p99.
      expect(unknown.filter(({ metric }) => factor === 30 || metric !== 'p99')).toEqual([]);
    }
  });
});
