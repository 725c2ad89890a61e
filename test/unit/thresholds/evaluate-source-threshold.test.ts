import { describe, expect, test } from 'vitest';
import { parseSourceThreshold } from '../../../src/workload/features/thresholds/expression.ts';
import type { MeasuredValues } from '../../../src/conditions/condition.ts';
import type { SourceThreshold } from '../../../src/plan/threshold.ts';
import { evaluateSourceThreshold } from '../../../src/thresholds/evaluate-external-threshold.ts';
import { thresholdFamilies } from '../../../src/thresholds/threshold-families.ts';
import { ThresholdMonitor } from '../../../src/thresholds/threshold-monitor.ts';
import { buildJob, buildSnapshot } from '../../snapshot-builder.ts';

function thresholdOf(text: string, changes: Partial<SourceThreshold> = {}): SourceThreshold {
  const read = parseSourceThreshold(text);
  if ('message' in read) throw new Error(read.message);
  const scope = { job: '', uuids: ['uuid-of-reads'], jobType: '' };
  return { kind: 'source', ...scope, abortOnFail: false, delayMs: 0, ...read, ...changes };
}

const of = (...values: readonly number[]): MeasuredValues => ({
  values: values.map((value, index) => ({ series: `m{n="${index}"}`, value })),
  shortage: undefined,
});

describe('every series must hold', () => {
  test.each([
    ['max(m) < 3', of(1, 2), true, 2, undefined],
    ['max(m) < 2', of(1, 2), false, 2, 'it is 2 (m{n="1"})'],
    ['max(m) < 2', of(1, 2, 7, 5), false, 7, 'it is 7 (m{n="2"}, and 2 more)'],
    ['min(m) >= 2', of(3, 2), true, 2, undefined],
    ['min(m) > 2', of(3, 2), false, 2, 'it is 2 (m{n="1"})'],
    ['increase(m) == 0', of(0, 0), true, 0, undefined],
    ['increase(m) == 0', of(0, 4), false, 4, 'it is 4 (m{n="1"})'],
    ['rate(m) < 0.3', of(0.1 + 0.2), false, 0.1 + 0.2, 'it is 0.30000000000000004 (m{n="0"})'],
    ['last(m) < 3', of(Infinity), false, undefined, 'it is Infinity (m{n="0"})'],
  ] as const)('%s', (text, measured, ok, value, reason) => {
    expect(evaluateSourceThreshold(thresholdOf(text), measured)).toMatchObject({
      kind: 'source',
      ok,
      value,
      reason,
      unit: 'number',
    });
  });
});

describe('no values do not pass', () => {
  const shortage = 'cannot read source db';

  test('fails without a series, with the reason', () => {
    expect(evaluateSourceThreshold(thresholdOf('last(m) == 0'), { values: [], shortage })).toMatchObject({
      ok: false,
      value: undefined,
      reason: shortage,
    });
  });

  test('passing series are not sufficient if some are unknown', () => {
    expect(evaluateSourceThreshold(thresholdOf('last(m) == 0'), { ...of(0), shortage })).toMatchObject({
      ok: false,
      value: undefined,
      reason: shortage,
    });
  });

  test('failing series are sufficient if some are unknown', () => {
    expect(evaluateSourceThreshold(thresholdOf('last(m) == 0'), { ...of(0, 1), shortage })).toMatchObject({
      ok: false,
      value: 1,
      reason: 'it is 1 (m{n="1"})',
    });
  });
});

describe('during a run', () => {
  const after = (seconds: number) =>
    buildSnapshot([buildJob({ name: 'reads', status: 'in_progress', elapsedMs: seconds * 1000 })]);

  test('ends the run after its delay once it fails, and the result stays', async () => {
    let measured: MeasuredValues = { values: [], shortage: 'cannot read source db' };
    const failures = thresholdOf('increase(m) == 0', { abortOnFail: true, delayMs: 2000 });
    const watch = new ThresholdMonitor([failures], () => measured);
    const breachAfter = (seconds: number) => {
      watch.update(after(seconds));
      return watch.findBreach(after(seconds));
    };
    expect(breachAfter(3)).toBeUndefined();
    measured = of(1);
    expect(breachAfter(1)).toBeUndefined();
    expect(breachAfter(2)).toMatchObject({ reason: 'it is 1 (m{n="0"}), so the run was stopped' });
    measured = of(0);
    expect(await watch.evaluateAll(after(3))).toMatchObject([{ ok: false, value: 1 }]);
  });

  test('its series are exposed like others, those of a job with its labels', () => {
    const ofJob = thresholdOf('max(m) < 2', { job: 'reads', jobType: 'read' });
    const watch = new ThresholdMonitor([thresholdOf('increase(m) == 0'), ofJob], ({ job }) =>
      job === '' ? of(3) : of(1),
    );
    watch.update(after(1));
    const samples = Object.fromEntries(
      thresholdFamilies(watch.standings).map(({ name, samples }) => [name, samples.map(({ value }) => value)]),
    );
    expect(samples).toEqual({
      loadbot_threshold_ok: [0, 1],
      loadbot_threshold_limit: [0, 2],
      loadbot_threshold_value: [3, 1],
    });
    expect(thresholdFamilies(watch.standings)[0]?.samples.map(({ labels }) => labels)).toEqual([
      { threshold: 'increase(m) == 0' },
      { job: 'reads', job_uuid: 'uuid-of-reads', job_type: 'read', threshold: 'max(m) < 2' },
    ]);
  });
});
