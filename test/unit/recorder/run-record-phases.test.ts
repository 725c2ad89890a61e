import { expect, test, vi } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { tallyLayout } from '../../../src/recorder/tally.ts';
import type * as Tally from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const { recordOne } = vi.hoisted(() => ({ recordOne: { now: () => {} } }));

// A load thread goes on recording between any two reads.
vi.mock('../../../src/recorder/tally.ts', async (importOriginal) => {
  const tally = await importOriginal<typeof Tally>();
  return {
    ...tally,
    readTally: (...args: Parameters<typeof tally.readTally>) => {
      const read = tally.readTally(...args);
      recordOne.now();
      return read;
    },
  };
});

test('a phase never has more requests than measured, even with concurrent recording', () => {
  const clock = new VirtualClock();
  const job = { name: 'a', uuid: 'u', type: 'read' as const, paced: false, durationMs: 60_000, operations: Infinity };
  const jobs = new Map([[0, [{ ...job, warmUpMs: 0 }]]]);
  const bucketBounds = [0.01];
  const record = new RunRecord(
    { agent: 'x', runId: 'r', workload: 'w', jobs, bucketBounds, phases: ['checkpoint'] },
    clock,
  );
  const [memory] = record.job(0)[0]?.open(1) ?? [];
  if (memory === undefined) throw new Error('no memory');
  record.job(0)[0]?.begin(0);
  const layout = tallyLayout(bucketBounds, false);
  const recorder = new Recorder(
    memory.measured,
    layout,
    memory.phases.map((phase) => new Recorder(phase, layout)),
  );
  recordOne.now = () => {
    recorder.start();
    recorder.finish(OK, 1, 1, 0, clock.nowMs());
    recorder.finishIn(1, OK, 1, 1);
  };
  recordOne.now();
  const [snapshot] = record.snapshot('latencies').jobs;
  const inside = snapshot?.phases[0]?.inside.ok ?? 0;
  expect(inside).toBeGreaterThan(0);
  expect(inside).toBeLessThanOrEqual(snapshot?.measured.ok ?? 0);
});
