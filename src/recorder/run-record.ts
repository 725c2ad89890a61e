import type { Clock } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import { type JobDescription, JobRecord } from './job-record.ts';
import { tallyLayout } from './layout.ts';
import type { Snapshot } from './snapshot.ts';
import { type SnapshotDetail, type TallyShape, tallyShape } from './tally.ts';

interface RunDescription {
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

  constructor(run: RunDescription, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
    const shapes = new Map<string, TallyShape>();
    const shapeOf = ({ paced, traced = false, expectedStatuses }: JobDescription): TallyShape => {
      const withStatuses = expectedStatuses !== undefined;
      const key = `${paced} ${traced} ${withStatuses}`;
      const shape = shapes.get(key) ?? tallyShape(tallyLayout(run.bucketBounds, paced, traced, withStatuses));
      shapes.set(key, shape);
      return shape;
    };
    this.#originEpochMs = clock.epochMs() - clock.nowMs();
    this.#jobs = new Map(
      [...run.jobs].map(([index, jobs]) => [
        index,
        jobs.map((job) => new JobRecord(job, shapeOf(job), this.#originEpochMs, run.phases ?? [])),
      ]),
    );
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
