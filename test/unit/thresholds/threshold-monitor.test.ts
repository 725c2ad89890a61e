import { describe, expect, test } from 'vitest';
import { parseThreshold } from '../../../src/workload/features/thresholds/expression.ts';
import { failure, OK } from '../../../src/shared/outcome.ts';
import type { RecordedThreshold } from '../../../src/plan/threshold.ts';
import { thresholdFamilies } from '../../../src/thresholds/threshold-families.ts';
import { ThresholdMonitor } from '../../../src/thresholds/threshold-monitor.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

function thresholdOf(text: string, changes: Partial<RecordedThreshold> = {}): RecordedThreshold {
  const read = parseThreshold(text);
  if ('message' in read) throw new Error(read.message);
  const label = { job: 'reads', uuids: ['uuid-of-reads'], type: undefined, step: undefined, jobType: 'read' };
  return { kind: 'recorded', ...label, abortOnFail: false, delayMs: 0, ...read, ...changes };
}

/** `reads` after so many seconds, of whose 100 requests so many failed. */
function after(seconds: number, failed: number, ended = false) {
  return buildSnapshot([
    buildJob({
      name: 'reads',
      status: ended ? 'completed' : 'in_progress',
      elapsedMs: seconds * 1000,
      record: (recorder) => {
        for (let i = 0; i < 100; i++) request(recorder, i < failed ? failure('timeout') : OK, 1);
      },
    }),
  ]);
}

const NOTHING_YET = buildSnapshot([buildJob({ name: 'reads', status: 'in_progress', elapsedMs: 0 })]);
const NOTHING_AT_ALL = buildSnapshot([buildJob({ name: 'reads' })]);

function valuesOf(watch: ThresholdMonitor): Record<string, unknown> {
  return Object.fromEntries(
    thresholdFamilies(watch.standings).map(({ name, samples }) => [name, samples.map(({ value }) => value)]),
  );
}

describe('a run ends', () => {
  const watch = (delayMs: number, abortOnFail = true) =>
    new ThresholdMonitor([thresholdOf('errors == 0'), thresholdOf('error_rate < 5%', { abortOnFail, delayMs })]);
  const breach = (one: ThresholdMonitor, snapshot: ReturnType<typeof after>) => {
    one.update(snapshot);
    return one.findBreach(snapshot);
  };

  test('when a threshold with abort_on_fail fails, not another one', () => {
    const one = watch(0);
    expect(breach(one, after(1, 4))).toBeUndefined();
    expect(breach(one, after(2, 5))).toMatchObject({
      text: 'error_rate < 5%',
      reason: 'it is 5.00%, so the run was stopped',
    });
    expect(breach(watch(0, false), after(2, 50))).toBeUndefined();
  });

  test('not before its delay, unless the job has ended', () => {
    const one = watch(10_000);
    expect(breach(one, after(9.9, 50))).toBeUndefined();
    expect(breach(one, after(10, 50))).toBeDefined();
    expect(breach(watch(10_000), after(3, 50, true))).toBeDefined();
  });

  test('not for a lack of requests', () => {
    expect(breach(watch(0), NOTHING_YET)).toBeUndefined();
    expect(breach(watch(0), NOTHING_AT_ALL)).toBeUndefined();
  });

  test('with a final result, regardless of later values', async () => {
    const one = watch(0);
    breach(one, after(2, 50));
    expect(await one.evaluateAll(after(3, 0, true))).toMatchObject([
      { text: 'errors == 0', ok: true },
      { text: 'error_rate < 5%', ok: false, value: 0.5 },
    ]);
  });
});

describe('series', () => {
  test('exposes the limit from the start, and the result once decided', () => {
    const watch = new ThresholdMonitor([thresholdOf('error_rate < 5%')]);
    expect(thresholdFamilies(watch.standings)).toEqual([]);
    watch.update(NOTHING_YET);
    expect(valuesOf(watch)).toEqual({
      loadbot_threshold_ok: [],
      loadbot_threshold_limit: [0.05],
      loadbot_threshold_value: [],
    });
    watch.update(after(1, 4));
    expect(valuesOf(watch)).toMatchObject({ loadbot_threshold_ok: [1], loadbot_threshold_value: [0.04] });
    watch.update(after(2, 9));
    expect(valuesOf(watch)).toMatchObject({ loadbot_threshold_ok: [0], loadbot_threshold_value: [0.09] });
  });

  test('a job that ended without a request has failed', () => {
    const watch = new ThresholdMonitor([thresholdOf('error_rate < 5%')]);
    watch.update(NOTHING_AT_ALL);
    expect(valuesOf(watch)).toMatchObject({ loadbot_threshold_ok: [0], loadbot_threshold_value: [] });
  });

  test('labels describe its subject; none is empty', () => {
    const all = thresholdOf('errors < 5', { job: '', jobType: '' });
    const watch = new ThresholdMonitor([thresholdOf('error_rate < 5%'), all]);
    watch.update(after(1, 0));
    const [ok] = thresholdFamilies(watch.standings);
    expect(ok?.samples.map(({ labels }) => labels)).toEqual([
      { job: 'reads', job_uuid: 'uuid-of-reads', job_type: 'read', threshold: 'error_rate < 5%' },
      { threshold: 'errors < 5' },
    ]);
  });
});
