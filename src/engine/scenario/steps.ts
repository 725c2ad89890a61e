import type { Capture } from '../../checks/capture.ts';
import type { JobMetric } from '../../shared/job-metric.ts';
import type { Program } from './program.ts';

/** A value that an operation captures, and where it is kept. */
export interface PlacedCapture {
  readonly capture: Capture;
  readonly slot: number;
  /** Custom metric that records the value; `undefined`: none. */
  readonly metric: JobMetric | undefined;
}

/** Requests of a list of steps, shared by the users of one thread. */
export interface Steps {
  readonly program: Program;
  /** Captures by operation of the driver. */
  readonly captures: readonly (readonly PlacedCapture[])[];
  /** Whether the captured values belong to the user instead of its iteration. */
  readonly forUser: boolean;
  readonly continueOnError: boolean;
}
