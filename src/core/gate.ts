import type { Condition } from './condition/condition.ts';

/** A condition on the values of sources, as people wrote it and as it was read. */
export interface GateCondition {
  readonly text: string;
  readonly condition: Condition;
}

/** What ends the run while a job's load runs. */
export interface AbortWhen extends GateCondition {
  /** How long it must have held without a break; 0: to hold once is enough. */
  readonly forMs: number;
}

/** What must hold before a job may start. */
export interface WaitFor extends GateCondition {
  /** How long it may take from the job's turn on, before the run is given up. */
  readonly timeoutMs: number;
  /** How long it must have held without a break; 0: to hold once is enough. */
  readonly forMs: number;
}
