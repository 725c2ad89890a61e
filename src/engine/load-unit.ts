import type { ErrorClass } from '../shared/outcome.ts';
import type { JobMemory } from '../recorder/job-record.ts';
import type { JobRunEnd } from './job-run-end.ts';
import type { UnitWatermarks } from './write-watermarks.ts';

/** State that a job inherits from earlier jobs of the run: the same numbers for all load units, in any process. */
export interface JobPreparation {
  /** Number of the first document that this job writes; no two jobs write the same number. */
  readonly firstDocument: number;
  /**
   * Distance between two document numbers that this job writes; above 1 if concurrent jobs write to the same
   * collection.
   */
  readonly documentStride: number;
  /** Documents from `oldest` to `population - 1` exist and can be read. */
  readonly population: number;
  /** Number of the oldest document: earlier jobs deleted all below. */
  readonly oldest: number;
  /** Whether the job reads documents that it writes: each process then allocates watermarks for its units. */
  readonly readsOwnWrites: boolean;
}

/** Shared memory of a job on one unit, allocated by the process that has the unit. */
export interface UnitMemory {
  /** One for each part of the job. */
  readonly parts: readonly JobMemory[];
  /** `undefined`: the job does not read documents that it writes. */
  readonly watermarks: UnitWatermarks | undefined;
}

/** The first failure of its error class in a job on a unit. */
export interface UnitFailure {
  readonly job: number;
  readonly errorClass: ErrorClass;
  readonly message: string;
}

/** A change of the load while it runs, which all units make at the same time of the clock. */
export type LoadChange =
  /** From `atMs` on no requests start, and the schedule stands still. */
  | { readonly kind: 'pause'; readonly atMs: number }
  /** The end of a pause: the schedule continues at `atMs`. */
  | { readonly kind: 'resume'; readonly atMs: number }
  /** Multiplies the rate of the plan of a job. */
  | { readonly kind: 'pace'; readonly atMs: number; readonly job: number; readonly factor: number }
  /** Limits the workers of a job, over all units. */
  | { readonly kind: 'connections'; readonly job: number; readonly connections: number };

/** Executes a partition of the jobs: in a worker thread, inline, or on other machines. */
export interface LoadUnit {
  /**
   * Milliseconds from the call of `run` to the start of a job that the unit needs to start in time. Read before each
   * job.
   */
  readonly startAheadMs: number;
  /**
   * Opens the job's sessions on this unit.
   * @throws {LoadbotError} when the job cannot work; sessions opened so far are closed
   */
  prepare(job: number, preparation: JobPreparation, memory: UnitMemory): Promise<void>;
  /** Runs a prepared job from the clock's `startMs` until it ends or is stopped, then closes its sessions. */
  run(job: number, startMs: number): Promise<JobRunEnd>;
  /** Changes the load of the jobs that run. */
  steer(change: LoadChange): void;
  /**
   * Starts no more requests in any job; requests in flight may finish within the job's drain time. A second call can
   * shorten it.
   * @param drainMs replaces the drain time of the jobs; 0: requests in flight are aborted
   */
  stop(drainMs?: number): void;
  /** Releases all resources. */
  close(): Promise<void>;
}
