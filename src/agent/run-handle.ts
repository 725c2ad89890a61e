/** `stopping`: nothing more is started; either someone stopped the run, or its jobs are over and it is about to end. */
export type RunState = 'running' | 'stopping';

/** What others may see of a run while it goes on, and do to it. */
export interface RunHandle {
  readonly state: RunState;
  /** Milliseconds since the epoch; `undefined` before the load has begun. */
  readonly startedEpochMs: number | undefined;
  /** Starts nothing more; what is under way may finish, within bounds. To say it again changes nothing. */
  stop(): void;
}
