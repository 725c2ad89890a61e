import { expect, test } from 'vitest';
import { RunRecords } from '../../../src/agent/run-records.ts';
import { createMetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import { registryOptions } from '../../registry-options.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const JOB = { name: 'a', type: 'read' as const, paced: false, durationMs: 1000, operations: Infinity, warmUpMs: 0 };

/** The records of an agent that shows its runs for a minute after their end. */
function open() {
  const clock = new VirtualClock();
  const records = new RunRecords(createMetricsRegistry(registryOptions({ clock, keepMs: 60_000 })));
  const add = (runId: string): RunRecord => {
    const jobs = new Map([[0, [{ ...JOB, uuid: `job of ${runId}` }]]]);
    const record = new RunRecord({ agent: 'agent', runId, workload: 'w', jobs, bucketBounds: [0.1] }, clock);
    records.add(record);
    return record;
  };
  const finish = (record: RunRecord): void => {
    for (const job of record.job(0)) job.end('completed', clock.nowMs());
    record.end();
  };
  return { clock, add, finish, kept: () => records.snapshots().map(({ runId }) => runId) };
}

test('drops expired runs when the next one starts, even without scrapes', () => {
  const { clock, add, finish, kept } = open();
  for (const runId of ['1', '2', '3']) {
    finish(add(runId));
    clock.pass(40_000);
  }
  add('4');
  expect(kept()).toEqual(['3', '4']); // 1 ended 2 min ago, 2 80 s, 3 40 s
});

test('changes of the system clock neither expire nor retain runs', () => {
  const { clock, add, finish, kept } = open();
  finish(add('1'));
  clock.setWall(3_600_000);
  clock.pass(59_000);
  finish(add('2'));
  expect(kept()).toEqual(['1', '2']);
  clock.setWall(-7_200_000);
  clock.pass(61_000);
  add('3');
  expect(kept()).toEqual(['3']);
});
