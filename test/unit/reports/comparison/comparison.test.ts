import { describe, expect, test } from 'vitest';
import { jobKey, type JobSnapshot } from '../../../../src/recorder/snapshot.ts';
import {
  type ComparisonReport,
  compareSides,
  buildComparedSide,
} from '../../../../src/reports/comparison/comparison.ts';
import { renderComparisonJson, renderComparisonMarkdown } from '../../../../src/reports/comparison/comparison-files.ts';
import { comparisonRows } from '../../../../src/reports/comparison/comparison-text.ts';
import { type ResultDocument, toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { type Comparison, DEFAULT_ALLOWED } from '../../../../src/comparison/compare.ts';
import { JobTimelineRecorder } from '../../../../src/analysis/job-timeline.ts';
import { buildJob, buildResult, recordTally, request } from '../../../snapshot-builder.ts';
import { failure, OK } from '../../../../src/shared/outcome.ts';

/** A job of so many seconds, in whose second half a backup makes requests slower. */
function withBackup(seconds: number, usualMs: number, backupMs: number, phase = 'backup') {
  const at = (second: number): JobSnapshot => {
    const isOver = second === seconds;
    const before = Math.min(second, seconds / 2);
    const requests = (count: number, ms: number) => (recorder: Parameters<typeof request>[0]) => {
      for (let n = 0; n < count * 100; n++) request(recorder, OK, ms * (1 + (n % 100) / 1000));
    };
    const inside = requests(second - before, backupMs);
    return buildJob({
      name: 'reads',
      status: isOver ? 'completed' : 'in_progress',
      elapsedMs: second * 1000,
      record: (recorder) => {
        requests(before, usualMs)(recorder);
        inside(recorder);
      },
      phases: [{ name: phase, inside: recordTally(inside) }],
    });
  };
  const recorder = new JobTimelineRecorder();
  for (let second = 1; second <= seconds; second++) recorder.update(at(second), second);
  const job = at(seconds);
  return toResultDocument(buildResult([job], { courses: { [jobKey(job)]: recorder.finish(job) } }));
}

describe('a phase', () => {
  const report = compareSides(
    buildComparedSide([withBackup(20, 10, 20)]),
    buildComparedSide([withBackup(20, 10, 40)]),
    DEFAULT_ALLOWED,
  );

  test('has its own interval in the result', () => {
    const [phase] = withBackup(20, 10, 20).jobs[0]?.phases ?? [];
    const { low_seconds: low, high_seconds: high } = phase?.inside.confidence.percentiles['p50'] ?? {};
    // 20 to 22 ms, evenly: their median is 21.
    expect(low).toBeGreaterThan(0.0205);
    expect(low).toBeLessThan(0.021);
    expect(high).toBeGreaterThan(0.021);
    expect(high).toBeLessThan(0.0215);
  });

  test('of less than five seconds has no interval', () => {
    expect(withBackup(8, 10, 20).jobs[0]?.phases[0]?.inside.confidence.percentiles).toEqual({});
  });

  test('that became slower is a regression, independent of the job', () => {
    const rows = report.comparisons.filter(({ phase }) => phase === 'backup');
    expect(rows.map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      'p50 regression',
      'p90 regression',
      'p99 regression',
    ]);
    expect(rows[0]?.change?.value).toBeCloseTo(1, 2);
    // Half of the job's requests are as they were.
    expect(report.comparisons.find(({ phase, metric }) => phase === undefined && metric === 'rate')?.verdict).toBe(
      'no_difference',
    );
  });

  test('is named in every form', () => {
    expect(comparisonRows(report.comparisons).map(([job]) => job)).toContain('reads during backup');
    expect(renderComparisonMarkdown(report)).toMatch(/\| reads during backup \| read \| p50 \| 21\.0ms \| 42\.0ms \|/);
    const { comparisons } = JSON.parse(renderComparisonJson(report)) as { comparisons: { phase: string | null }[] };
    expect(comparisons.map(({ phase }) => phase)).toEqual([...Array<null>(5).fill(null), 'backup', 'backup', 'backup']);
  });

  test('of one side only is left out, with a note', () => {
    const other = buildComparedSide([withBackup(20, 10, 40, 'clone')]);
    const { notes, comparisons } = compareSides(buildComparedSide([withBackup(20, 10, 20)]), other, DEFAULT_ALLOWED);
    expect(comparisons.every(({ phase }) => phase === undefined)).toBe(true);
    expect(notes.filter((note) => !note.startsWith('~'))).toEqual([
      'only in the baseline: reads during backup (read)',
      'only in the current side: reads during clone (read)',
    ]);
  });
});

describe('a percentile known only to its bucket', () => {
  const bucketed = (low: number, high: number): Comparison => ({
    job: 'reads',
    type: 'read',
    step: undefined,
    phase: undefined,
    metric: 'p99',
    baseline: 0.018,
    current: 0.03,
    baselineWithin: { low, high },
    change: { value: 0.6, low: -1, high: high === Infinity ? 0.4 : Infinity },
    isAssumed: false,
    allowed: 0.05,
    verdict: 'cannot_tell',
  });

  test('has both bounds', () => {
    const [, within, beyond] = comparisonRows([bucketed(0.01, 0.025), bucketed(10, Infinity)]);
    expect(within?.slice(3, 7)).toEqual(['10.0ms to 25.0ms', '30.0ms', '+60.0%', '-100.0% to +∞%']);
    expect(beyond?.[3]).toBe('over 10.0s');
  });

  test('has its bounds in JSON as numbers, and null without a bound', () => {
    const { comparisons } = JSON.parse(
      renderComparisonJson({
        comparisons: [bucketed(10, Infinity)],
        invalid: [],
        failing: [],
        partial: [],
        hasNoVerdict: false,
        runIds: { baseline: undefined, current: undefined },
        notes: [],
      }),
    ) as {
      comparisons: object[];
    };
    expect(comparisons[0]).toMatchObject({ baseline: 0.018, baseline_low: 10, baseline_high: null, change_high: 0.4 });
  });
});

/** Marked invalid by two findings, and doubtful by a third one. */
function distrusted(runId: string, latencyMs: number): ResultDocument {
  const document = withBackup(20, latencyMs, latencyMs);
  const finding = (signal: 'late' | 'blocked' | 'stolen', severity: 'invalid' | 'note') => ({
    signal,
    severity,
    agent: null,
    job: null,
    job_uuid: null,
    first_seen_seconds: 1,
    worst_at_seconds: 1,
    spans_seconds: [],
    lasted_seconds: 3,
    worst: 0.1,
    unit: 'seconds' as const,
    message: signal,
    hint: '',
  });
  const findings = [finding('late', 'invalid'), finding('blocked', 'invalid'), finding('stolen', 'note')];
  return { ...document, run_id: runId, validity: { ...document.validity, valid: false, findings } };
}

test('incomplete runs and runs with findings are reported', () => {
  const doubtful = { ...distrusted('0c5f4a9e-5d0b', 10), end: 'stopped' as const };
  expect(buildComparedSide([doubtful]).notes).toEqual([
    'run 0c5f4a9e did not complete (stopped)',
    'run 0c5f4a9e is marked invalid: its numbers are unreliable (late, blocked)',
  ]);
});

describe('a run that is marked invalid', () => {
  const sides = [buildComparedSide([withBackup(20, 10, 10)]), buildComparedSide([distrusted('run-2', 40)])] as const;
  const verdictsOf = ({ comparisons }: ComparisonReport) => new Set(comparisons.map(({ verdict }) => verdict));

  test.each([
    ['current', sides],
    ['baseline', [sides[1], sides[0]]],
  ] as const)('on the %s side has all numbers shown, but no verdict', (_, [baseline, current]) => {
    const report = compareSides(baseline, current, DEFAULT_ALLOWED);
    expect(report).toMatchObject({ hasNoVerdict: true, invalid: ['run-2'] });
    expect(verdictsOf(report)).toEqual(new Set(['cannot_tell']));
    const p50 = report.comparisons.find(({ metric }) => metric === 'p50');
    expect(p50?.change?.value).toBeCloseTo(current === sides[1] ? 3 : -0.75, 2);
    expect(renderComparisonMarkdown(report)).toMatch(/^## ⚠️ no verdict: a run is not to be trusted\n/);
    expect(JSON.parse(renderComparisonJson(report))).toMatchObject({ regressions: 0, invalid_runs: ['run-2'] });
  });

  test('is compared if allowed, and still reported as invalid', () => {
    const report = compareSides(...sides, DEFAULT_ALLOWED, true);
    expect(report).toMatchObject({ hasNoVerdict: false, invalid: ['run-2'] });
    expect(verdictsOf(report)).toContain('regression');
    expect(renderComparisonMarkdown(report)).toMatch(/^## ❌ \d regressions\n/);
    expect(JSON.parse(renderComparisonJson(report))).toMatchObject({ invalid_runs: ['run-2'] });
    expect(report.notes.join()).toContain('run run-2 is marked invalid: its numbers are unreliable (late, blocked)');
  });
});

describe('a side in which more than half of the requests failed', () => {
  const failing = (share: number) => {
    const record = (recorder: Parameters<typeof request>[0]) => {
      for (let n = 0; n < 1000; n++) request(recorder, n < share * 1000 ? failure('timeout') : OK, 10);
    };
    return toResultDocument(buildResult([buildJob({ name: 'reads', record })]));
  };
  const sides = (before: number, after: number, allowInvalid = false) =>
    compareSides(
      buildComparedSide([failing(before)]),
      buildComparedSide([failing(after)]),
      DEFAULT_ALLOWED,
      allowInvalid,
    );

  test.each([
    [0, 0.6, 'current side'],
    [0.6, 0, 'baseline'],
  ])('with %d and %d is refused, with the reason', (before, after, side) => {
    const report = sides(before, after);
    const reason = `60.00% of the requests of reads (read) failed in the ${side}`;
    expect(report).toMatchObject({ hasNoVerdict: true, failing: [reason] });
    expect(report.comparisons.every(({ verdict }) => verdict === 'cannot_tell')).toBe(true);
    expect(report.notes).toContain(reason);
  });

  test('is compared if allowed, and exactly half is accepted', () => {
    expect(sides(0, 0.6, true)).toMatchObject({ hasNoVerdict: false });
    expect(sides(0, 0.5)).toMatchObject({ hasNoVerdict: false, failing: [] });
    const errors = sides(0, 0.5).comparisons.find(({ metric }) => metric === 'error_rate');
    expect(errors?.verdict).toBe('regression');
  });
});

test('refuses a partial result unless allowed', () => {
  const job = buildJob({ name: 'reads', durationMs: 10_000 });
  const whole = toResultDocument(buildResult([job]));
  const partial = { ...whole, run_id: 'cut-off-run', partial: true };
  const compare = (allowInvalid: boolean) =>
    compareSides(buildComparedSide([whole]), buildComparedSide([partial]), DEFAULT_ALLOWED, allowInvalid);
  const note = 'the result of run cut-off- is partial: it was saved before the end of the run';
  expect(compare(false)).toMatchObject({ hasNoVerdict: true, partial: ['cut-off-run'] });
  expect(compare(false).notes).toContain(note);
  expect(compare(true)).toMatchObject({ hasNoVerdict: false });
});

test('a run compared with itself has no difference, with any missing data', () => {
  const short = toResultDocument(
    buildResult([
      buildJob({
        name: 'reads',
        elapsedMs: 300,
        record: (recorder) => {
          for (let n = 0; n < 20; n++) request(recorder, n === 3 ? failure('reset') : OK, 1 + n);
        },
      }),
    ]),
  );
  const { comparisons, notes } = compareSides(buildComparedSide([short]), buildComparedSide([short]), DEFAULT_ALLOWED);
  expect(comparisons.map(({ metric, verdict }) => [metric, verdict])).toEqual([
    ['rate', 'no_difference'],
    ['error_rate', 'no_difference'],
    ['p50', 'no_difference'],
    ['p90', 'no_difference'],
  ]);
  expect(notes).toContain('both sides are the same run');
});
