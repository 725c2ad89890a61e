import type { Floor } from '../core/floor.ts';
import type { Schedule } from '../engine/schedule.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';
import type { ValidityWatch } from '../validity/watch.ts';
import type { ThresholdWatch } from '../verdicts/threshold-watch.ts';
import type { RunNotes } from './run-notes.ts';

/** Everything a run needs, opened and ready. */
export interface OpenedRun {
  /** The plan as it is carried out: its target is the one that the load really goes to. */
  readonly plan: Plan;
  readonly schedule: Schedule;
  /** Where people find the metrics, each as a phrase. */
  readonly where: readonly string[];
  /** Reads the sources for the last time and tells what they told, with times from `startedMs` of the clock on. */
  readonly observed: (startedMs: number) => Promise<Pick<RunResult, 'sources' | 'phases'>>;
  /**
   * Delivers the last values; resolves with what became of them once that is done or has proved too long. Called again
   * while it does, it can only shorten the time that it has.
   * @param withinMs absent: as long as the way of delivery deserves
   */
  readonly deliver: (withinMs?: number) => Promise<readonly Delivery[]>;
  /** The first failure of each class in each job, so far. */
  readonly failures: readonly FailureSample[];
  /** What requests take on this machine where nothing is slow, once its threads have told. */
  readonly floor: () => Floor | undefined;
  readonly snapshot: () => Snapshot;
  readonly thresholds: ThresholdWatch;
  /** What jobs have waited for so far. */
  readonly waits: () => RunResult['waits'];
  /** Watches the generator. */
  readonly validity: ValidityWatch;
  /** Writes the run down elsewhere; `undefined`: nobody asked for that. */
  readonly notes: RunNotes | undefined;
  /** Ends the load threads at once; the process is about to exit. */
  kill(): void;
  /** Releases everything. */
  close(): Promise<void>;
}
