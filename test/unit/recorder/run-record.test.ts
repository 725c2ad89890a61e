import { describe, expect, it } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { tallyLayout } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import type { JobSnapshot } from '../../../src/recorder/snapshot.ts';
import { poolJobs } from '../../../src/analysis/pool.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const BOUNDS = [0.01, 0.1];

function open(traced = false) {
  const clock = new VirtualClock();
  const job = { name: 'a', uuid: 'u', paced: false, durationMs: 60_000, operations: Infinity, warmUpMs: 5000, traced };
  const jobs = new Map([[3, [{ ...job, type: 'read' as const }]]]);
  const record = new RunRecord({ agent: 'x', runId: 'r', workload: 'w', jobs, bucketBounds: BOUNDS }, clock);
  const [job3] = record.job(3);
  if (job3 === undefined) throw new Error('no record');
  const look = (): JobSnapshot => {
    const [snapshot] = record.snapshot().jobs;
    if (snapshot === undefined) throw new Error('no job');
    return snapshot;
  };
  return { clock, record, job: job3, look };
}

describe('RunRecord', () => {
  it('follows a job from pending to its end', () => {
    const { clock, job, look } = open();
    expect(look()).toMatchObject({ status: 'pending', opened: false, ranMs: undefined, endedEpochMs: undefined });
    job.open(2);
    expect(look()).toMatchObject({ status: 'pending', opened: true, elapsedMs: 0 });
    clock.pass(100);
    const startMs = clock.nowMs() + 10;
    job.begin(startMs);
    expect(look()).toMatchObject({ status: 'warm_up', ranMs: undefined });
    clock.pass(6010);
    expect(look()).toMatchObject({ status: 'in_progress', elapsedMs: 1000, ranMs: undefined });
    const endedEpochMs = clock.epochMs();
    job.end('completed', clock.nowMs());
    clock.pass(500);
    expect(look()).toMatchObject({ status: 'completed', elapsedMs: 1000, ranMs: 6000, opened: true, endedEpochMs });
  });

  it('has no duration for a job without load, and none below 0', () => {
    const never = open();
    never.job.end('canceled', never.clock.nowMs());
    expect(never.look()).toMatchObject({ opened: false, ranMs: undefined, status: 'canceled' });
    const atOnce = open();
    atOnce.job.open(1);
    atOnce.job.begin(atOnce.clock.nowMs() + 10);
    atOnce.job.end('canceled', atOnce.clock.nowMs());
    expect(atOnce.look().ranMs).toBe(0);
  });

  it('reads 0 before any recording, with and without latencies', () => {
    const { record } = open();
    for (const detail of ['counts', 'latencies'] as const) {
      const [job] = record.snapshot(detail).jobs;
      expect(job?.measured).toMatchObject({ started: 0, ok: 0, service: { counts: [0, 0, 0], sumSeconds: 0 } });
      expect(job?.measured.service.latency.total).toBe(0);
      expect(job?.warmUp?.started).toBe(0);
    }
  });

  it('dates exemplars, during the job and after it', () => {
    const { clock, job, look } = open(true);
    const [memory] = job.open(1);
    if (memory === undefined) throw new Error('no memory');
    job.begin(clock.nowMs());
    clock.pass(7000);
    const doneEpochMs = clock.epochMs();
    const recorder = new Recorder(memory.measured, tallyLayout(BOUNDS, false, true));
    recorder.start();
    recorder.finish(OK, 5, 5, 42, clock.nowMs());
    clock.pass(1000);
    const expected = [{ sequence: 42, seconds: 0.005, epochMs: doneEpochMs }, undefined, undefined];
    expect(look().measured.service.exemplars).toEqual(expected);
    job.end('completed', clock.nowMs());
    clock.pass(1000);
    expect(look().measured.service.exemplars).toEqual(expected);
  });

  it('has the time of its end', () => {
    const { clock, record } = open();
    expect(record.snapshot().endedMs).toBeUndefined();
    const endedMs = clock.nowMs();
    record.end();
    clock.pass(1000);
    record.end();
    expect(record.snapshot().endedMs).toBe(endedMs);
  });

  it.each([3_600_000, -3_600_000])('measures elapsed time when the system clock is changed by %d ms', (byMs) => {
    const { clock, record, job } = open();
    job.open(1);
    const { epochMs } = record.snapshot();
    expect(epochMs).toBe(clock.epochMs());
    job.begin(clock.nowMs());
    clock.pass(7000);
    clock.setWall(byMs);
    clock.pass(2000);
    const now = record.snapshot();
    expect(now.epochMs - epochMs).toBe(9000);
    // 5 s of warm-up, then 4 s.
    expect(poolJobs(now.jobs, now).elapsedMs).toBe(4000);
    job.end('completed', clock.nowMs());
    clock.pass(1000);
    const after = record.snapshot();
    expect(after.epochMs - (after.jobs[0]?.endedEpochMs ?? 0)).toBe(1000);
  });
});
