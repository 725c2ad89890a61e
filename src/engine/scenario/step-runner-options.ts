import type { Recorder } from '../../recorder/recorder.ts';
import type { Clock } from '../../shared/clock.ts';
import type { LoadClock } from '../../shared/load-clock.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { Deadlines } from '../deadlines.ts';
import type { ResponseChecks } from '../response-checks.ts';

/** Resources shared by the step runners of one job on one thread. */
export interface StepRunnerOptions {
  readonly clock: Clock;
  /** Clock of the think times, which stands still during a pause. */
  readonly loadClock: LoadClock;
  readonly deadlines: Deadlines;
  readonly checks: ResponseChecks;
  /** [0]: bit mask of the active phases of the system under test. */
  readonly phases: Int32Array;
}

/** Recorders of the requests of an iteration, by operation; `undefined`: not recorded. */
export type StepRecorders = readonly Recorder[] | undefined;

/** Receives the end of a list of steps. */
export type OnEnd = (outcome: Outcome) => void;
