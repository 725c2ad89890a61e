import type { Validity } from '../validity/finding.ts';

/** `stopping`: no more requests are started, because the run was stopped or its jobs have ended. */
export type RunState = 'running' | 'stopping';

/** Handle for observing and stopping a run. */
export interface RunHandle {
  readonly state: RunState;
  /** Milliseconds since the epoch; `undefined` before the load has begun. */
  readonly startedEpochMs: number | undefined;
  /** Validity of the numbers so far. */
  readonly validity: Validity;
  /** Stops gracefully: starts no more requests; those in flight may finish, within bounds. Idempotent. */
  stop(): void;
  /** Stops gracefully because a threshold or gate failed: the run ends as aborted. */
  abort(reason: string): void;
}
