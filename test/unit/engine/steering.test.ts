import { describe, expect, test } from 'vitest';
import type { JobRunEnd } from '../../../src/engine/job-run-end.ts';
import type { LoadChange, LoadUnit } from '../../../src/engine/load-unit.ts';
import { Schedule } from '../../../src/engine/schedule.ts';
import { Steering } from '../../../src/engine/steering.ts';
import type { Plan, SleepJobPlan } from '../../../src/plan/plan.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import { LoadClock } from '../../../src/shared/load-clock.ts';
import { TimelineRecorder } from '../../../src/analysis/job-timeline.ts';
import { poolJobs } from '../../../src/analysis/pool.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { planOf, requestJob } from './plans.ts';

/** A unit that keeps its commands; its jobs take 5 s of load. */
class KeepingUnit implements LoadUnit {
  readonly startAheadMs = 10;
  readonly changes: LoadChange[] = [];
  readonly startsMs: number[] = [];
  readonly #loadClock: LoadClock;
  readonly #clock: VirtualClock;

  constructor(loadClock: LoadClock, clock: VirtualClock) {
    this.#loadClock = loadClock;
    this.#clock = clock;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async run(_job: number, startMs: number): Promise<JobRunEnd> {
    this.startsMs.push(startMs);
    await new Promise<void>((resolve) => void this.#loadClock.after(5010, resolve));
    return { planned: [1], endedMs: this.#clock.nowMs(), usedBelow: 1, noneFrom: 1 };
  }

  steer(change: LoadChange): void {
    this.changes.push(change);
  }

  stop(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function setUp(plan: Plan) {
  const clock = new VirtualClock();
  const loadClock = new LoadClock(clock);
  const jobs = plan.jobs.flatMap((job) => {
    if (job.type === 'sleep') return [];
    const { index, name, uuid, warmUpMs } = job;
    const targetRate = (): number => 50;
    const limits = { durationMs: 5000, operations: Infinity, warmUpMs, targetRate };
    return [[index, [{ name, uuid, type: 'read' as const, paced: false, ...limits }]] as const];
  });
  const run = { agent: 'a', runId: 'r', workload: 'w', jobs: new Map(jobs), bucketBounds: [0.1] };
  const record = new RunRecord(run, clock, loadClock);
  const unit = new KeepingUnit(loadClock, clock);
  const steering = new Steering({ plan, record, clock, loadClock, refusal: undefined });
  steering.attach([unit]);
  const schedule = new Schedule({ plan, units: [unit], record, clock, loadClock });
  /** Lets time pass by steps, so that promises continue. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10) {
      clock.pass(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, loadClock, record, unit, steering, schedule, pass };
}

const read = (index: number, warmUpMs = 0) => requestJob({ index, uuid: `u${index}`, type: 'read', warmUpMs });
const sleep: SleepJobPlan = {
  type: 'sleep',
  index: 1,
  name: 'sleep',
  uuid: 's',
  startAfterMs: 0,
  durationMs: 3000,
  waitFor: undefined,
};

describe('a pause', () => {
  test('begins and ends on all units at one time ahead of the commands, and is in the list of changes', async () => {
    const { clock, unit, steering, schedule, pass } = setUp(planOf([read(0)]));
    void schedule.run();
    await pass(1000);
    const pausedMs = clock.nowMs();
    await steering.pause('command');
    await pass(2000);
    const resumedMs = clock.nowMs();
    const resumed = steering.resume('page');
    await pass(20);
    await resumed;
    expect(unit.changes).toEqual([
      { kind: 'pause', atMs: pausedMs + 10 },
      { kind: 'resume', atMs: resumedMs + 10 },
    ]);
    const epoch = clock.epochMs() - clock.nowMs();
    expect(steering.changes).toEqual([
      { kind: 'pause', by: 'command', epochMs: epoch + pausedMs + 10 },
      { kind: 'resume', by: 'page', epochMs: epoch + resumedMs + 10 },
    ]);
  });

  test('has no effect twice, and a pause during a resume follows it', async () => {
    const { unit, steering, schedule, pass } = setUp(planOf([read(0)]));
    void schedule.run();
    await pass(100);
    await steering.resume('api');
    await steering.pause('api');
    await steering.pause('api');
    const resumed = [steering.resume('api'), steering.resume('api')];
    const again = steering.pause('api');
    await pass(50);
    await Promise.all([...resumed, again]);
    expect(unit.changes.map(({ kind }) => kind)).toEqual(['pause', 'resume', 'pause']);
    expect(steering.changes.map(({ kind }) => kind)).toEqual(['pause', 'resume', 'pause']);
    expect(steering.isPaused).toBe(true);
  });

  test('is not part of the measured time, of the rows of a timeline, and of the target rate', async () => {
    const { clock, record, steering, schedule, pass } = setUp(planOf([read(0, 500)]));
    const timelines = new TimelineRecorder(clock.epochMs());
    const run = schedule.run();
    const seconds = async (count: number): Promise<void> => {
      for (let second = 0; second < count; second++) {
        await pass(1000);
        timelines.update(record.snapshot());
      }
    };
    await seconds(2);
    await steering.pause('api');
    await pass(10);
    await seconds(60);
    const [paused] = record.snapshot().jobs;
    // From the start at 20 ms to the pause at 2010 ms, without 500 ms of warm-up.
    expect(paused).toMatchObject({ status: 'in_progress', elapsedMs: 1490, targetRate: 0 });
    expect(paused?.pauses).toEqual({ isPaused: true, jobMs: 60_000, runMs: 60_000 });
    expect(poolJobs([paused!], record.snapshot()).elapsedMs).toBe(1490); // the only one
    void steering.resume('api');
    await pass(10);
    await seconds(4);
    await run;
    const [ended] = record.snapshot().jobs;
    expect(ended).toMatchObject({ status: 'completed', elapsedMs: 4500, pauses: { isPaused: false, jobMs: 60_010 } });
    expect(poolJobs([ended!], record.snapshot()).elapsedMs).toBe(4500);
    const [course] = Object.values(timelines.conclude(record.snapshot()));
    const rows = [...(course?.timeline ?? [])];
    expect(rows.map(({ at }) => at).filter((at) => at > 2 && at < 63)).toEqual([]);
    expect(rows.every(({ seconds: length }) => length <= 1.5)).toBe(true);
  });

  test('keeps a job from starting, and a sleep from ending', async () => {
    const { clock, unit, steering, schedule, pass } = setUp(planOf([read(0), sleep, read(2)], {}));
    const run = schedule.run();
    // The first job ends at 5 s, the sleep after it at 8 s.
    await pass(6000);
    await steering.pause('api');
    await pass(60_000);
    expect(unit.startsMs).toHaveLength(1);
    void steering.resume('api');
    await pass(1000);
    expect(unit.startsMs).toHaveLength(1);
    await pass(2000);
    expect(unit.startsMs[1]).toBeGreaterThan(68_000);
    await pass(6000);
    expect((await run).end).toBe('completed');
    expect(clock.nowMs()).toBeGreaterThan(70_000);
  });

  test('ends with a stop of the run', async () => {
    const { loadClock, steering, schedule, pass } = setUp(planOf([sleep]));
    await steering.pause('api');
    const run = schedule.run();
    await pass(1000);
    schedule.stop();
    await pass(10);
    expect((await run).end).toBe('stopped');
    expect(loadClock.isPaused).toBe(false);
  });

  test('is refused with a reason where the load cannot be changed', async () => {
    const { clock, loadClock, record } = setUp(planOf([sleep]));
    const refusal = 'it is that of a fleet';
    const steering = new Steering({ plan: planOf([sleep]), record, clock, loadClock, refusal });
    await expect(steering.pause('api')).rejects.toMatchObject({ code: 'agent_busy', message: 'it is that of a fleet' });
    await expect(steering.resume('api')).rejects.toThrow('it is that of a fleet');
    expect(steering.changes).toEqual([]);
  });
});

describe('a changed pace', () => {
  const paced = (index: number, rate: number) => {
    const segments = [{ durationMs: 0, fromRate: rate, toRate: rate }];
    return requestJob({ index, uuid: `u${index}`, type: 'read', pacing: { kind: 'paced', arrival: 'even', segments } });
  };
  const ramp = requestJob({
    index: 0,
    type: 'read',
    pacing: { kind: 'paced', arrival: 'even', segments: [{ durationMs: 1000, fromRate: 0, toRate: 50 }] },
  });

  test('is a rate or a factor of the plan, and the target rate follows it', async () => {
    const { record, unit, steering, schedule, pass } = setUp(planOf([paced(0, 50)]));
    void schedule.run();
    await pass(1000);
    steering.pace({ job: undefined, rate: 200 }, 'page');
    steering.pace({ job: 'job 0', factor: 0.5 }, 'command');
    expect(unit.changes).toMatchObject([
      { kind: 'pace', job: 0, factor: 4 },
      { kind: 'pace', job: 0, factor: 0.5 },
    ]);
    expect(steering.changes).toMatchObject([
      { kind: 'pace', job: 'job 0', from: 50, to: 200, by: 'page' },
      { kind: 'pace', job: 'job 0', from: 200, to: 25, by: 'command' },
    ]);
    expect(record.snapshot().jobs[0]?.targetRate).toBe(25);
  });

  test('is refused without a running job, an unknown job, and a job without a pace', async () => {
    const { steering, schedule, pass } = setUp(planOf([read(0)]));
    const request = { job: undefined, rate: 100 };
    expect(() => steering.pace(request, 'api')).toThrow('no job is running now');
    void schedule.run();
    await pass(1000);
    expect(() => steering.pace({ job: 'nope', factor: 2 }, 'api')).toThrow('job "nope" is unknown');
    expect(() => steering.pace(request, 'api')).toThrow('job job 0 has no pace: it is as fast as its connections');
    expect(steering.changes).toEqual([]);
  });

  test('by a factor applies to all running jobs with a pace; by a rate to a named one', async () => {
    const plan = planOf([paced(0, 50), paced(1, 10)], { steps: [[0, 1]] });
    const { unit, steering, schedule, pass } = setUp(plan);
    void schedule.run();
    await pass(1000);
    expect(() => steering.pace({ job: undefined, rate: 100 }, 'api')).toThrow(
      'several jobs with a pace are running: job 0, job 1',
    );
    steering.pace({ job: 'job 1', rate: 100 }, 'api');
    steering.pace({ job: undefined, factor: 2 }, 'api');
    expect(unit.changes).toMatchObject([
      { job: 1, factor: 10 },
      { job: 0, factor: 2 },
      { job: 1, factor: 2 },
    ]);
  });

  test('of stages is a factor', async () => {
    const { steering, schedule, pass } = setUp(planOf([ramp]));
    void schedule.run();
    await pass(1000);
    expect(() => steering.pace({ job: undefined, rate: 100 }, 'api')).toThrow(
      'the pace of job job 0 follows its stages',
    );
    steering.pace({ job: undefined, factor: 3 }, 'api');
    expect(steering.changes).toMatchObject([{ from: 50, to: 150 }]);
  });
});

describe('a changed number of connections', () => {
  const job = requestJob({ index: 0, type: 'read', connections: 8 });

  test('is from one for each load thread to that of the plan', async () => {
    const { unit, steering, schedule, pass } = setUp(planOf([job], { threads: 2 }));
    void schedule.run();
    await pass(1000);
    for (const connections of [0, 1, 2.5, 9]) {
      expect(() => steering.connections({ job: undefined, connections }, 'api')).toThrow(
        'connections must be a whole number from 2 to 8',
      );
    }
    steering.connections({ job: undefined, connections: 2 }, 'api');
    steering.connections({ job: 'job 0', connections: 8 }, 'api');
    expect(unit.changes).toEqual([
      { kind: 'connections', job: 0, connections: 2 },
      { kind: 'connections', job: 0, connections: 8 },
    ]);
    expect(steering.changes).toMatchObject([
      { kind: 'connections', from: 8, to: 2 },
      { kind: 'connections', from: 2, to: 8 },
    ]);
  });
});

describe('timers of the load', () => {
  test('keep the rest of their time over pauses, and can be canceled in one', () => {
    const clock = new VirtualClock();
    const load = new LoadClock(clock);
    const fired: [string, number][] = [];
    const after = (ms: number, name: string) => load.after(ms, () => fired.push([name, clock.nowMs()]));
    after(100, 'before the pause');
    after(300, 'in the pause');
    after(3000, 'after the pause');
    const canceled = after(350, 'canceled');
    clock.pass(150);
    load.pause(200);
    clock.pass(850);
    after(50, 'begun in the pause');
    canceled.cancel();
    load.resume(1000);
    clock.pass(10_000);
    expect(fired).toEqual([
      ['before the pause', 100],
      ['begun in the pause', 1050],
      ['in the pause', 1100],
      ['after the pause', 3800],
    ]);
    expect([load.nowMs(), load.stoppedMs, load.toLoadMs(600), load.toLoadMs(1200)]).toEqual([10_200, 800, 200, 400]);
  });

  test('a pause that ends before it begins leaves no trace', () => {
    const clock = new VirtualClock();
    const load = new LoadClock(clock);
    load.pause(100);
    clock.pass(50);
    load.resume(50);
    clock.pass(100);
    expect([load.nowMs(), load.pauses]).toEqual([150, []]);
  });
});
