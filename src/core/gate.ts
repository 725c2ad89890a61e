import type { Condition } from './condition/condition.ts';

/** A condition on the values of sources, as text and parsed. */
export interface GateCondition {
  readonly text: string;
  readonly condition: Condition;
}

/** Abort condition of a run during a job's load. */
export interface AbortWhen extends GateCondition {
  /** Time for which it must hold without interruption; 0: once is sufficient. */
  readonly forMs: number;
}

/** Start condition of a job. */
export interface WaitFor extends GateCondition {
  /** Timeout since the job's turn, after which the run fails. */
  readonly timeoutMs: number;
  /** Time for which it must hold without interruption; 0: once is sufficient. */
  readonly forMs: number;
}
