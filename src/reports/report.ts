import type { Floor } from '../core/floor.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { Machine } from '../metrics/machine.ts';
import type { Course } from '../verdicts/course.ts';
import type { PhaseDocument, SourceDocument, WaitDocument } from '../sources/documents.ts';
import type { Validity } from '../validity/finding.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { Json } from '../core/target.ts';
import type { Link } from './dashboard-link.ts';

/** How a run ended; `aborted` by a threshold or a gate, `stopped` by a person or a signal. */
export type RunEnd = 'completed' | 'stopped' | 'aborted' | 'failed';

/** What a run comes to, in one word; the first that applies, in the order of their weight. */
export type RunVerdict = 'passed' | 'invalid' | 'thresholds_failed' | 'aborted' | 'undelivered' | 'stopped' | 'failed';

/** Everything known once a run is over. */
export interface RunResult {
  readonly verdict: RunVerdict;
  /** Of the command that runs it; an agent that runs it lives on. */
  readonly exitStatus: number;
  readonly end: RunEnd;
  /** Whether something is missing: it was made before the run was over, or the run was killed. */
  readonly partial: boolean;
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
  /** What requests take on this machine where nothing is slow; `undefined`: not known, or not for this protocol. */
  readonly floor: Floor | undefined;
  readonly deliveries: readonly Delivery[];
  /** What became of each threshold, in the order of the workload. */
  readonly thresholds: readonly Verdict[];
  /** Whether these numbers can be trusted, and why not. */
  readonly validity: Validity;
  /** How each job went, per `jobKey`; of those whose turn came. */
  readonly courses: Readonly<Record<string, Course>>;
  /** What the sources of the run told. */
  readonly sources: readonly SourceDocument[];
  /** When the system under test was in which phase. */
  readonly phases: readonly PhaseDocument[];
  /** What jobs waited for before they started. */
  readonly waits: readonly WaitDocument[];
  readonly target: string;
  readonly threads: number;
  readonly seed: number;
  /** Whether the file or a flag gave the seed; otherwise it was drawn for this run. */
  readonly isSeedGiven: boolean;
  /** Documents of its collection that the workload expects before the run, per job uuid; jobs without a number are not in it. */
  readonly existing: Readonly<Record<string, number>>;
  /** What ran: `loadbot-agent`, `node`, `platform` and, when known, `commit`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where else to look at this run. */
  readonly links: readonly Link[];
  /** The workload file with the flags in it: no secrets, variables by their names. */
  readonly workloadAsRun: Json;
  /** What the load was made on. */
  readonly machine: Machine;
}

/** Everything known of a run so far. */
export interface RunSoFar extends Omit<RunResult, 'end' | 'verdict' | 'exitStatus'> {
  /** Known once it is over. */
  readonly verdict?: RunVerdict;
  readonly exitStatus?: number;
  /** `in_progress`: its load has not ended. */
  readonly end: RunEnd | 'in_progress';
}

/** Turns snapshots and the final result into something for people or CI. */
export interface Report {
  begin?(first: Snapshot): void;
  /** Called about once a second while the run goes on. */
  update?(snapshot: Snapshot): void;
  /**
   * Saves the state of the run, so that a process that is killed leaves it: called before anything is opened, about once a
   * second while the load runs, and when the load has ended. Resolves when it is saved, or need not be.
   * @param soFar reads the state; called at most once, before the first wait
   * @param isDue whether it is to be saved now, however short ago that was done last
   */
  save?(soFar: () => RunSoFar, isDue: boolean): Promise<void>;
  /** The run ended before its load could begin; reports without it show nothing of such a run. */
  endUnopened?(result: RunResult): void | Promise<void>;
  end(result: RunResult): void | Promise<void>;
}
