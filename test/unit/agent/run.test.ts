import { expect, test } from 'vitest';
import type { OpenedRun } from '../../../src/agent/opened-run.ts';
import { Run } from '../../../src/agent/run.ts';
import type { ScheduleEnd } from '../../../src/engine/schedule.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import { noopValidity } from '../../../src/validity/finding.ts';
import { planOf, requestJob } from '../engine/plans.ts';
import { settle } from '../../settle.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const JOB = { name: 'a', uuid: 'u', type: 'read' as const, paced: false, durationMs: 9000, operations: Infinity };

test.each([3_600_000, -3_600_000])(
  'a change of the system clock by %d ms during a run changes no duration',
  async (byMs) => {
    const clock = new VirtualClock();
    const jobs = new Map([[0, [{ ...JOB, warmUpMs: 0 }]]]);
    const record = new RunRecord({ agent: 'x', runId: 'r', workload: 'w', jobs, bucketBounds: [0.1] }, clock);
    let end: (ended: ScheduleEnd) => void = () => {};
    let observed: readonly number[] = [];
    const opened = {
      plan: planOf([requestJob()]),
      schedule: { run: () => new Promise<ScheduleEnd>((resolve) => (end = resolve)), stop: () => {}, planned: {} },
      where: [],
      observed: (...times: readonly number[]) => {
        observed = times;
        return Promise.resolve({ sources: [], phases: [] });
      },
      deliver: () => Promise.resolve([]),
      failures: [],
      floor: () => undefined,
      snapshot: () => record.snapshot(),
      thresholds: {
        update: () => {},
        findBreach: () => undefined,
        evaluateAll: () => Promise.resolve([]),
        standings: [],
      },
      waits: () => [],
      steering: { changes: [], isPaused: false },
      agents: () => [],
      validity: { update: () => [], conclude: () => [], currentValidity: noopValidity },
      notes: undefined,
      close: () => Promise.resolve(),
    } as unknown as OpenedRun; // only the methods that a run calls
    const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
    const open = (): Promise<OpenedRun> => Promise.resolve(opened);
    const build = { version: '0.0.0', commit: '', builtAt: '' };
    const run = new Run({ plan: opened.plan, open, clock, log, build, reports: [] });
    const startedEpochMs = clock.epochMs();
    const startedMs = clock.nowMs();
    const result = run.execute();
    await settle();
    const [job] = record.job(0);
    job?.open(1);
    job?.begin(clock.nowMs());
    clock.pass(4000);
    clock.setWall(byMs);
    clock.pass(5000);
    job?.end('completed', clock.nowMs());
    end({ end: 'completed', error: undefined, planned: {} });
    expect(await result).toMatchObject({ startedEpochMs, endedEpochMs: startedEpochMs + 9000 });
    expect(observed).toEqual([startedMs, startedMs + 9000]);
    const { courses } = await result;
    const [timeline] = Object.values(courses).map(({ timeline: rows }) => [...rows].map(({ at }) => at));
    expect(timeline).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  },
);
