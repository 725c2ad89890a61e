import type { Clock } from '../core/clock.ts';
import { LoadbotError } from '../core/errors.ts';
import { type JobDescription, JobRecord } from './job-record.ts';
import type { Snapshot } from './snapshot.ts';
import type { Detail } from './tally.ts';

interface RunDescription {
  readonly agent: string;
  readonly runId: string;
  readonly workload: string;
  /** The jobs that send requests, by their index in the plan. */
  readonly jobs: ReadonlyMap<number, JobDescription>;
  readonly bucketBounds: readonly number[];
}

/** Everything recorded by one run. */
export class RunRecord {
  readonly #run: RunDescription;
  readonly #clock: Clock;
  readonly #jobs: ReadonlyMap<number, JobRecord>;

  constructor(run: RunDescription, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
    this.#jobs = new Map([...run.jobs].map(([index, job]) => [index, new JobRecord(job, run.bucketBounds)]));
  }

  /** @param index of the job in the plan; one that sends requests */
  job(index: number): JobRecord {
    const job = this.#jobs.get(index);
    if (job === undefined) throw new LoadbotError('internal', `nothing is recorded for job ${index}`);
    return job;
  }

  /** Everything as it is now: the only thing that readers ever see. With `counts` alone, latencies are left empty. */
  snapshot(detail: Detail = 'latencies'): Snapshot {
    const { agent, runId, workload } = this.#run;
    const nowMs = this.#clock.nowMs();
    return Object.freeze({
      epochMs: this.#clock.epochMs(),
      agent,
      runId,
      workload,
      jobs: Object.freeze([...this.#jobs.values()].map((job) => job.snapshot(nowMs, detail))),
    });
  }
}
