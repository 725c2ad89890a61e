import type { SourceCondition } from '../conditions/condition.ts';

/** A condition on the values of sources, as text and parsed. */
export interface ParsedCondition {
  readonly text: string;
  readonly condition: SourceCondition;
}

/** Abort condition of a run during a job's load. */
export interface AbortCondition extends ParsedCondition {
  /** Time for which it must hold without interruption; 0: once is sufficient. */
  readonly forMs: number;
}

/** Start condition of a job. */
export interface StartCondition extends ParsedCondition {
  /** Timeout since the job's turn, after which the run fails. */
  readonly timeoutMs: number;
  /** Time for which it must hold without interruption; 0: once is sufficient. */
  readonly forMs: number;
}
