import { describe, expect, test } from 'vitest';
import { listChecks, listNewWaits, listThresholdStatuses } from '../../../src/cli/check-listing.ts';
import type { WaitDocument } from '../../../src/sources/documents.ts';
import { ThresholdMonitor } from '../../../src/thresholds/threshold-monitor.ts';
import { toStatusDocument } from '../../../src/agent/status-document.ts';
import { buildSnapshot } from '../../snapshot-builder.ts';
import { FakeRun, readsAt, shopRun } from '../agent/statuses.ts';
import { plan } from '../workload/planning.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';

const WORKLOAD = {
  connection_string: 'embedded:',
  sources: [{ name: 'db', url: 'http://127.0.0.1:9187/metrics' }],
  abort_when: 'increase(failures[run]) > 0',
  jobs: [
    {
      name: 'reads',
      type: 'read',
      collection: 'c',
      wait_for: { condition: 'busy == 0', timeout: '30m', for: '10s' },
      thresholds: ['p(99) < 200ms', { check: 'max(busy) < 2', abort_on_fail: true, delay: '5s' }],
    },
    {
      name: 'writes',
      type: 'write',
      collection: 'c',
      abort_when: { condition: 'busy > 1', for: '10s' },
    },
    { name: 'pause', type: 'sleep', duration: '1s', wait_for: 'busy == 0' },
  ],
  schemas: [EXISTING_DOCUMENTS],
  thresholds: [
    'increase(failures) == 0',
    { check: 'error_rate < 1%', type: 'read' },
    { prometheus: 'http://bob:hunter2@prometheus:9090', query: 'max(cpu)', expect: '< 0.8' },
  ],
};

const WAIT: WaitDocument = {
  job: 'reads',
  job_uuid: 'u',
  condition: 'busy == 0',
  seconds: 3,
  timeout_seconds: 300,
  outcome: 'waiting',
  found: 'busy is 1',
};

test('lists wait conditions, abort conditions and thresholds of a plan', async () => {
  expect(listChecks(await plan(WORKLOAD))).toEqual([
    'gates',
    '  reads   waits for        busy == 0                    for 10s, 30m at most',
    '  reads   is aborted when  increase(failures[run]) > 0',
    '  writes  is aborted when  busy > 1                     for 10s',
    '  writes  is aborted when  increase(failures[run]) > 0',
    '  pause   waits for        busy == 0                    5m at most',
    'thresholds',
    '  reads            p(99) < 200ms',
    '  reads            max(busy) < 2            aborts the run, after 5s',
    '  sources          increase(failures) == 0',
    '  all jobs · read  error_rate < 1%',
    '  query            max(cpu) < 0.8           asked of http://prometheus:9090',
  ]);
  expect(listChecks(await plan({ connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] }))).toEqual(
    [],
  );
});

describe('of a status', () => {
  const statusOf = async (waits: readonly WaitDocument[], value: number | undefined) => {
    const { thresholds } = await plan(WORKLOAD);
    const watch = new ThresholdMonitor(thresholds.slice(0, 3), () => ({
      values: value === undefined ? [] : [{ series: 'busy', value }],
      shortage: value === undefined ? 'cannot read source db' : undefined,
    }));
    const snapshot = buildSnapshot([readsAt(5)]);
    watch.update(snapshot);
    return toStatusDocument(await shopRun(() => snapshot, { thresholds: watch, waits: () => waits }), new FakeRun());
  };

  test('lists awaited conditions and the status of thresholds', async () => {
    expect(listThresholdStatuses(await statusOf([{ ...WAIT, outcome: 'held' }, WAIT], 3))).toEqual([
      'reads is waiting for busy == 0, for 3.00s: busy is 1',
      'thresholds',
      expect.stringMatching(/^ {2}FAILS +reads +p\(99\) < 200ms +no requests were recorded$/),
      '  FAILS  reads    max(busy) < 2            it is 3 (busy)',
      '  FAILS  sources  increase(failures) == 0  it is 3 (busy)',
    ]);
    expect(listThresholdStatuses(await statusOf([], 0)).slice(-2)).toEqual([
      expect.stringMatching(/^ {2}holds +reads +max\(busy\) < 2 +0$/),
      expect.stringMatching(/^ {2}holds +sources +increase\(failures\) == 0 +0$/),
    ]);
    expect(listThresholdStatuses({ waits: [], thresholds: [] })).toEqual([]);
  });

  test('reports a wait once, when it starts', async () => {
    const [none, one] = [await statusOf([], 0), await statusOf([WAIT], 0)];
    expect(listNewWaits(undefined, one)).toEqual(['reads is waiting for busy == 0, for 3.00s: busy is 1']);
    expect(listNewWaits(none, one)).toHaveLength(1);
    expect(listNewWaits(one, one)).toEqual([]);
  });
});
