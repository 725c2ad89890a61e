import type { ErrorClass } from '../core/outcome.ts';
import type { JobMemory } from '../recorder/job-record.ts';
import type { JobRunEnd } from './job-run.ts';

/** What a job needs that only earlier jobs of the run could tell. */
export interface Preparation {
  /** One for each type that the job sends. */
  readonly memories: readonly JobMemory[];
  /** Number of the first document that this job writes, so that no two jobs write the same. */
  readonly firstDocument: number;
  /** From one document that it writes to its next: more than 1 where jobs beside it write to the same collection. */
  readonly documentStride: number;
  /** Documents 0 to `population - 1` have been written and can be read. */
  readonly population: number;
  /** How far the job's writes have come on each thread; `undefined`: it does not read what it writes. */
  readonly writes: SharedArrayBuffer | undefined;
}

/** A failure worth telling people about: the first of its class in a job on a unit. */
export interface Failure {
  readonly job: number;
  readonly errorClass: ErrorClass;
  readonly message: string;
}

/** Carries out one thread's share of jobs: in a thread of its own, or inline. */
export interface LoadUnit {
  /**
   * Opens the job's sessions on this unit.
   * @throws {LoadbotError} when the job can never work; what was opened is closed again
   */
  prepare(job: number, preparation: Preparation): Promise<void>;
  /** Runs a prepared job, starting at the clock's `startMs`, until it ends or is stopped; closes its sessions. */
  run(job: number, startMs: number): Promise<JobRunEnd>;
  /** Starts nothing more in any job; what is under way may finish within the job's drain time. */
  stop(): void;
  /** Releases everything. */
  close(): Promise<void>;
}
