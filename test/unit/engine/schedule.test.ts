import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { OK } from '../../../src/shared/outcome.ts';
import type { JobRunEnd } from '../../../src/engine/job-run-end.ts';
import { type StartGates, Schedule, type ScheduleEnd } from '../../../src/engine/schedule.ts';
import type { LoadUnit, LoadChange, JobPreparation, UnitMemory } from '../../../src/engine/load-unit.ts';
import { partsOf } from '../../../src/plan/job-part.ts';
import { type Plan, type SleepJobPlan, sendsRequests } from '../../../src/plan/plan.ts';
import { tallyLayout } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { RunRecord } from '../../../src/recorder/run-record.ts';
import { inFlightOf } from '../../../src/recorder/snapshot.ts';
import { planOf, requestJob } from './plans.ts';

const clock = systemClock();

/** A unit that records one request per job, takes a given time, and logs its calls. */
class DiaryUnit implements LoadUnit {
  startAheadMs = 10;
  readonly diary: string[] = [];
  readonly startsMs: number[] = [];
  readonly #plan: Plan;
  readonly #takesMs: number;
  readonly #wakers = new Set<() => void>();
  readonly preparations = new Map<number, JobPreparation & UnitMemory>();

  constructor(plan: Plan, takesMs = 20) {
    this.#plan = plan;
    this.#takesMs = takesMs;
  }

  prepare(job: number, preparation: JobPreparation, memory: UnitMemory): Promise<void> {
    this.diary.push(`prepare ${job}`);
    this.preparations.set(job, { ...preparation, ...memory });
    return Promise.resolve();
  }

  async run(job: number, startMs: number): Promise<JobRunEnd> {
    this.diary.push(`run ${job}`);
    this.startsMs.push(startMs);
    const memory = this.preparations.get(job)?.parts[0]?.measured;
    if (memory === undefined) throw new Error('not prepared');
    const recorder = new Recorder(memory, tallyLayout(this.#plan.metrics.bucketBounds, false));
    recorder.start();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#takesMs);
      this.#wakers.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    recorder.finish(OK, this.#takesMs, this.#takesMs);
    this.diary.push(`end ${job}`);
    return { planned: [1], endedMs: clock.nowMs(), usedBelow: 1, noneFrom: 1 };
  }

  steer({ kind }: LoadChange): void {
    this.diary.push(kind);
  }

  stop(): void {
    this.diary.push('stop');
    for (const wake of this.#wakers) wake();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function recordOf(plan: Plan): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { index, name, uuid, durationMs, operations, warmUpMs } = job;
    return [
      index,
      partsOf(job).map(({ type, step }) => ({
        name,
        uuid,
        type,
        step,
        durationMs,
        operations,
        warmUpMs,
        paced: false,
      })),
    ] as const;
  });
  const bucketBounds = plan.metrics.bucketBounds;
  return new RunRecord({ agent: 'a', runId: 'r', workload: 'w', jobs: new Map(jobs), bucketBounds }, clock);
}

function setUp(plan: Plan, units: readonly LoadUnit[], gates?: StartGates) {
  const record = recordOf(plan);
  const schedule = new Schedule({ plan, units, record, clock, ...(gates && { gates }) });
  const statuses = (): string[] => record.snapshot().jobs.map(({ status }) => status);
  return { schedule, record, statuses };
}

const jobs = [0, 1, 2].map((index) => requestJob({ index }));
const sleep = (index: number, durationMs: number): SleepJobPlan => {
  return { type: 'sleep', index, name: 'sleep', uuid: 's', startAfterMs: 0, durationMs, waitFor: undefined };
};

describe('order', () => {
  test('runs steps one after the other, and the jobs of a step together', async () => {
    const plan = planOf(jobs, { steps: [[0], [1, 2]] });
    const unit = new DiaryUnit(plan);
    const { schedule, statuses } = setUp(plan, [unit]);
    const ended = await schedule.run();
    expect(ended).toEqual<ScheduleEnd>({
      end: 'completed',
      error: undefined,
      planned: { 'uuid-0/write': 1, 'uuid-1/write': 1, 'uuid-2/write': 1 },
    });
    expect(unit.diary.slice(0, 3)).toEqual(['prepare 0', 'run 0', 'end 0']);
    expect(unit.diary.slice(3, 7).toSorted()).toEqual(['prepare 1', 'prepare 2', 'run 1', 'run 2']);
    expect(statuses()).toEqual(['completed', 'completed', 'completed']);
  });

  test('concurrent jobs that write to one collection have different documents', async () => {
    const plan = planOf(jobs, { steps: [[0], [1, 2]] });
    const unit = new DiaryUnit(plan);
    await setUp(plan, [unit]).schedule.run();
    expect(
      [0, 1, 2].map((job) => [
        unit.preparations.get(job)?.firstDocument,
        unit.preparations.get(job)?.documentStride,
        unit.preparations.get(job)?.population,
      ]),
    ).toEqual([
      [0, 1, 0],
      [1, 2, 1],
      [2, 2, 1],
    ]);
  });

  test('all units start a job at the same future moment', async () => {
    const plan = planOf(jobs.slice(0, 1), { threads: 2 });
    const units = [new DiaryUnit(plan), new DiaryUnit(plan, 40)];
    const { schedule, record } = setUp(plan, units);
    const before = clock.nowMs();
    await schedule.run();
    expect(units[0]?.startsMs).toEqual(units[1]?.startsMs);
    expect(units[0]?.startsMs[0]).toBeGreaterThan(before);
    // What both recorded is added up.
    expect(record.snapshot().jobs[0]?.measured.ok).toBe(2);
  });

  test('the unit that needs most time to start determines the start of each job', async () => {
    const plan = planOf(jobs.slice(0, 2));
    const units = [new DiaryUnit(plan), new DiaryUnit(plan)];
    const [near, far] = units as [DiaryUnit, DiaryUnit];
    const { schedule, record } = setUp(plan, units);
    far.startAheadMs = 60_000;
    const prepare = near.prepare.bind(near);
    near.prepare = (job, ...given) => {
      // Read when the start is set.
      if (job === 1) far.startAheadMs = 120_000;
      return prepare(job, ...given);
    };
    const before = clock.nowMs();
    await schedule.run();
    const [first = 0, second = 0] = near.startsMs;
    expect(first).toBeGreaterThanOrEqual(before + 60_000);
    expect(second).toBeGreaterThanOrEqual(before + 120_000);
    expect(second).toBeLessThan(clock.nowMs() + 120_000);
    expect(record.snapshot().jobs).toHaveLength(2);
  });

  test('units of a job that reads its own writes share the memory of its watermarks', async () => {
    const job = requestJob();
    const [write] = job.mix as [(typeof job.mix)[0]];
    const mixed = {
      ...requestJob({ index: 1 }),
      type: 'mixed' as const,
      mix: [write, { ...write, type: 'read' as const }],
    };
    const plan = planOf([job, mixed], { threads: 2 });
    const units = [new DiaryUnit(plan), new DiaryUnit(plan)];
    await setUp(plan, units).schedule.run();
    const [first, second] = units.map(({ preparations }) => preparations);
    expect(first?.get(0)?.watermarks).toBeUndefined();
    expect([first, second].map((preparations) => preparations?.get(1)?.watermarks?.unit)).toEqual([0, 1]);
    expect(first?.get(1)?.watermarks?.memory).toBe(second?.get(1)?.watermarks?.memory);
  });

  test('a sleep waits', async () => {
    const plan = planOf([sleep(0, 60), requestJob({ index: 1 })]);
    const { schedule } = setUp(plan, [new DiaryUnit(plan)]);
    const before = clock.nowMs();
    await schedule.run();
    expect(clock.nowMs() - before).toBeGreaterThan(79);
  });
});

describe('stopping', () => {
  test('ends the running job, cancels pending jobs, and wakes sleeps', async () => {
    const plan = planOf([jobs[0]!, sleep(1, 60_000), requestJob({ index: 2 })], { steps: [[0, 1], [2]] }); // three jobs
    const unit = new DiaryUnit(plan, 60_000);
    const { schedule, statuses } = setUp(plan, [unit]);
    const running = schedule.run();
    await new Promise((resolve) => setTimeout(resolve, 30));
    schedule.stop();
    expect((await running).end).toBe('stopped');
    expect(unit.diary).toEqual(['prepare 0', 'run 0', 'stop', 'end 0']);
    expect(statuses()).toEqual(['canceled', 'canceled']);
  });
});

describe('gates', () => {
  /** Gates that write into the unit's diary; the job `waiting` passes when it is let in, or the run ends. */
  function gatesOf(unit: DiaryUnit, waiting: number) {
    let letIn = (): void => {};
    const gates: StartGates = {
      waitForStart: (job, signal) =>
        job === waiting
          ? new Promise((resolve) => {
              letIn = resolve;
              signal.addEventListener('abort', () => resolve());
            })
          : Promise.resolve(),
      loadBegins: (job) => void unit.diary.push(`begins ${job}`),
      loadEnds: (job) => void unit.diary.push(`ends ${job}`),
    };
    return { gates, letIn: () => letIn() };
  }

  test('a waiting job opens no connections; concurrent jobs do not wait for it', async () => {
    const plan = planOf(jobs, { steps: [[0], [1, 2]] });
    const unit = new DiaryUnit(plan);
    const { gates, letIn } = gatesOf(unit, 2);
    const { schedule, statuses } = setUp(plan, [unit], gates);
    const running = schedule.run();
    await expect.poll(() => unit.diary.at(-1)).toBe('ends 1');
    expect(unit.diary).toEqual(
      [0, 1].flatMap((job) => [`prepare ${job}`, `begins ${job}`, `run ${job}`, `end ${job}`, `ends ${job}`]),
    );
    expect(statuses()).toEqual(['completed', 'completed', 'pending']);
    letIn();
    expect((await running).end).toBe('completed');
    expect(unit.diary.slice(10)).toEqual(['prepare 2', 'begins 2', 'run 2', 'end 2', 'ends 2']);
  });

  test('a waiting job or sleep never starts after the run is stopped', async () => {
    const plan = planOf([sleep(0, 60_000), requestJob({ index: 1 })], { steps: [[0], [1]] });
    const unit = new DiaryUnit(plan);
    const { schedule, statuses } = setUp(plan, [unit], gatesOf(unit, 0).gates);
    const running = schedule.run();
    schedule.stop();
    expect((await running).end).toBe('stopped');
    expect(unit.diary).toEqual(['stop']);
    expect(statuses()).toEqual(['canceled']);
  });

  test('reports the end of a failed load', async () => {
    const plan = planOf(jobs.slice(0, 1));
    const unit = new DiaryUnit(plan);
    unit.run = () => Promise.reject(new Error('broken'));
    const { schedule } = setUp(plan, [unit], gatesOf(unit, 9).gates);
    expect((await schedule.run()).end).toBe('failed');
    expect(unit.diary).toEqual(['prepare 0', 'begins 0', 'stop', 'ends 0']);
  });
});

describe('failing', () => {
  test('a permanent failure of a job fails the run and keeps earlier results', async () => {
    const plan = planOf(jobs);
    const unit = new DiaryUnit(plan);
    const prepare = unit.prepare.bind(unit);
    unit.prepare = (job, ...given) =>
      job === 1 ? Promise.reject(new LoadbotError('config_invalid', 'no such certificate')) : prepare(job, ...given);
    const { schedule, record, statuses } = setUp(plan, [unit]);
    const ended = await schedule.run();
    expect(ended.end).toBe('failed');
    expect(ended.error).toMatchObject({ message: 'no such certificate' });
    expect(statuses()).toEqual(['completed', 'failed', 'canceled']);
    expect(record.snapshot().jobs[0]?.measured.ok).toBe(1);
  });

  test('when one thread fails, the others finish their requests before connections close', async () => {
    const plan = planOf(jobs, { threads: 2, steps: [[0, 1], [2]] });
    const [dying, healthy] = [new DiaryUnit(plan), new DiaryUnit(plan, 60_000)];
    const dead = new LoadbotError('internal', 'load thread 0 exited with code 3');
    dying.run = (job) => {
      const memory = dying.preparations.get(job)!.parts[0]!.measured; // prepared, with one type
      new Recorder(memory, tallyLayout(plan.metrics.bucketBounds, false)).start();
      return new Promise((_, reject) => setTimeout(() => reject(dead), 20));
    };
    healthy.stop = () => void setTimeout(() => DiaryUnit.prototype.stop.call(healthy), 20);
    const { schedule, record, statuses } = setUp(plan, [dying, healthy]);
    expect(await schedule.run()).toEqual<ScheduleEnd>({ end: 'failed', error: dead, planned: {} });
    // Both jobs were on the thread that died.
    expect(statuses()).toEqual(['failed', 'failed', 'canceled']);
    expect(healthy.diary.toSorted()).toEqual(['end 0', 'end 1', 'prepare 0', 'prepare 1', 'run 0', 'run 1', 'stop']);
    for (const { measured } of record.snapshot().jobs.slice(0, 2)) {
      expect(measured).toMatchObject({ started: 2, ok: 1, aborted: 1 });
      expect(inFlightOf(measured)).toBe(0);
    }
  });

  test('a thread that crashes while draining does not disturb the others', async () => {
    const plan = planOf(jobs.slice(0, 1), { threads: 2 });
    const [dying, healthy] = [new DiaryUnit(plan), new DiaryUnit(plan, 60_000)];
    let die = (): void => {};
    dying.run = () => new Promise((_, reject) => (die = () => reject(new Error('dead'))));
    dying.stop = () => die();
    healthy.stop = () => void setTimeout(() => DiaryUnit.prototype.stop.call(healthy), 20);
    const { schedule, record, statuses } = setUp(plan, [dying, healthy]);
    const running = schedule.run();
    await expect.poll(() => healthy.diary.at(-1)).toBe('run 0');
    schedule.stop();
    expect((await running).end).toBe('stopped');
    expect(statuses()).toEqual(['canceled']);
    expect(record.snapshot().jobs[0]?.measured.ok).toBe(1);
  });

  test('without threads the run fails', () => {
    expect(() => setUp(planOf(jobs), [])).toThrow('no load thread is left to send requests');
  });
});
