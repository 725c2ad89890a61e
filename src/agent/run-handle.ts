import type { Validity } from '../validity/finding.ts';

/** `stopping`: nothing more is started; either someone stopped the run, or its jobs are over and it is about to end. */
export type RunState = 'running' | 'stopping';

/** What others may see of a run while it goes on, and do to it. */
export interface RunHandle {
  readonly state: RunState;
  /** Milliseconds since the epoch; `undefined` before the load has begun. */
  readonly startedEpochMs: number | undefined;
  /** Whether its numbers can be trusted, as far as is known. */
  readonly validity: Validity;
  /** Starts nothing more; what is under way may finish, within bounds. To say it again changes nothing. */
  stop(): void;
  /** The same, because something that was asked for does not hold: the run ends as aborted. */
  abort(reason: string): void;
}
