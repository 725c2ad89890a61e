import type { Delivery } from '../exporters/exporter.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { Course } from '../verdicts/course.ts';
import type { PhaseDocument, SourceDocument } from '../sources/documents.ts';
import type { Verdict } from '../verdicts/verdict.ts';

/** How a run ended; `aborted` by a threshold, `stopped` by a person or a signal. */
export type RunEnd = 'completed' | 'stopped' | 'aborted' | 'failed';

/** Everything known once a run is over. */
export interface RunResult {
  readonly end: RunEnd;
  /** Why, when it failed or was aborted. */
  readonly reason: string | undefined;
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
  /** The last snapshot: the numbers that every report and the last export agree on. */
  readonly final: Snapshot;
  /** What planners intended: tickets due, per `jobKey`. */
  readonly planned: Readonly<Record<string, number>>;
  /** Workers of each job over all threads, per job uuid. */
  readonly connections: Readonly<Record<string, number>>;
  /** Requests a second that were asked for, per `jobKey`; only of jobs with a constant pace. */
  readonly paces: Readonly<Record<string, number>>;
  readonly failures: readonly FailureSample[];
  readonly deliveries: readonly Delivery[];
  /** What became of each threshold, in the order of the workload. */
  readonly thresholds: readonly Verdict[];
  /** How each job went, per `jobKey`; of those whose turn came. */
  readonly courses: Readonly<Record<string, Course>>;
  /** What the sources of the run told. */
  readonly sources: readonly SourceDocument[];
  /** When the system under test was in which phase. */
  readonly phases: readonly PhaseDocument[];
  readonly target: string;
  readonly threads: number;
  readonly seed: number;
  /** What ran: `loadbot-agent`, `node`, `platform` and, when known, `commit`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Turns snapshots and the final result into something for people or CI. */
export interface Report {
  begin?(first: Snapshot): void;
  /** Called about once a second while the run goes on. */
  update?(snapshot: Snapshot): void;
  end(result: RunResult): void | Promise<void>;
}
