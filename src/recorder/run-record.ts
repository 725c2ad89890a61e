import { type Clock, epochOriginMs } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import { LoadClock } from '../shared/load-clock.ts';
import { tallyLayout, type SnapshotDetail, type TallyShape, tallyShape } from './tally.ts';
import type { Snapshot } from './snapshot.ts';
import { type JobDescription, JobRecord } from './job-record.ts';

/** Static properties of a run. */
export interface RunDescription {
  readonly agent: string;
  readonly runId: string;
  readonly workload: string;
  /** Jobs that send requests, by index in the plan: one description for each request type of the job. */
  readonly jobs: ReadonlyMap<number, readonly JobDescription[]>;
  readonly bucketBounds: readonly number[];
  /** Names of the phases of the system under test that requests are recorded by; absent: none. */
  readonly phases?: readonly string[];
}

/** Record of one run. */
export class RunRecord {
  readonly #run: RunDescription;
  readonly #clock: Clock;
  readonly #jobs: ReadonlyMap<number, readonly JobRecord[]>;
  /** Epoch milliseconds at 0 of the clock. */
  readonly #originEpochMs: number;
  #endedMs: number | undefined;

  /** @param loadClock clock of the pauses of the run; absent: it is never paused */
  constructor(run: RunDescription, clock: Clock, loadClock = new LoadClock(clock)) {
    this.#run = run;
    this.#clock = clock;
    const shapes = new Map<string, TallyShape>();
    const shapeOf = (job: JobDescription): TallyShape => {
      const { paced, traced = false, checks = [], metrics = [] } = job;
      const withStatuses = job.expectedStatuses !== undefined;
      const key = JSON.stringify([paced, traced, withStatuses, checks, metrics]);
      const layout = tallyLayout(run.bucketBounds, paced, traced, withStatuses, checks, metrics);
      const shape = shapes.get(key) ?? tallyShape(layout);
      shapes.set(key, shape);
      return shape;
    };
    this.#originEpochMs = epochOriginMs(clock);
    this.#jobs = new Map(
      [...run.jobs].map(([index, jobs]) => [
        index,
        jobs.map((job) => new JobRecord(job, shapeOf(job), this.#originEpochMs, loadClock, run.phases ?? [])),
      ]),
    );
  }

  /** Static properties of the run. */
  get description(): RunDescription {
    return this.#run;
  }

  /** Epoch milliseconds at 0 of the clock. */
  get originEpochMs(): number {
    return this.#originEpochMs;
  }

  /**
   * Returns the records of a job, one for each of its request types.
   * @param index index of the job in the plan; must send requests
   */
  job(index: number): readonly JobRecord[] {
    const records = this.#jobs.get(index);
    if (records === undefined) throw new LoadbotError('internal', `job ${index} has no record`);
    return records;
  }

  /** Marks the run as ended; a store of several runs may then expire it. */
  end(): void {
    this.#endedMs ??= this.#clock.nowMs();
  }

  /** Returns an immutable copy of all numbers, the only view that readers get. With `counts`, latencies are empty. */
  snapshot(detail: SnapshotDetail = 'latencies'): Snapshot {
    const { agent, runId, workload } = this.#run;
    const nowMs = this.#clock.nowMs();
    return Object.freeze({
      epochMs: Math.round(this.#originEpochMs + nowMs),
      agent,
      runId,
      workload,
      endedMs: this.#endedMs,
      jobs: Object.freeze([...this.#jobs.values()].flat().map((job) => job.snapshot(nowMs, detail))),
    });
  }
}
