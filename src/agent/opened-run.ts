import type { LatencyFloor } from '../shared/floor.ts';
import type { Schedule } from '../engine/schedule.ts';
import type { Steering } from '../engine/steering.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';
import type { ValidityMonitor } from '../validity/monitor.ts';
import type { ThresholdMonitor } from '../thresholds/threshold-monitor.ts';
import type { JobTimeline } from '../analysis/job-timeline.ts';
import type { Validity, ValidityFinding } from '../validity/finding.ts';

/** Everything a run needs, opened and ready. */
export interface OpenedRun {
  /** The effective plan: its target is the one that receives the load. */
  readonly plan: Plan;
  readonly schedule: Schedule;
  /** Changes the load while it goes on. */
  readonly steering: Steering;
  /** Addresses of the metrics, each as a phrase. */
  readonly where: readonly string[];
  /**
   * Reads the sources for the last time and returns their histories.
   * @param startedMs start of the load on the clock, from which their times count
   * @param endedMs end of the load on the clock
   */
  readonly observed: (startedMs: number, endedMs: number) => Promise<Pick<RunResult, 'sources' | 'phases'>>;
  /**
   * Delivers the last values; resolves with the outcome once delivered or timed out. A second call meanwhile can only
   * shorten the timeout.
   * @param withinMs absent: the default timeout of each exporter
   */
  readonly deliver: (withinMs?: number) => Promise<readonly Delivery[]>;
  /** The first failure of each class in each job, so far. */
  readonly failures: readonly FailureSample[];
  /** Latency floor of this machine, measured by its load threads; `undefined` until then. */
  readonly floor: () => LatencyFloor | undefined;
  /** Agents of the fleet; empty: this process sends the load. */
  readonly agents: () => RunResult['agents'];
  readonly snapshot: () => Snapshot;
  readonly thresholds: ThresholdMonitor;
  /** Waits of jobs so far. */
  readonly waits: () => RunResult['waits'];
  /** Validity of the measurement. */
  readonly validity: ValidityMonitor;
  /** Notes of the run in other systems; `undefined`: not configured. */
  readonly notes: RunNotes | undefined;
  /** Shows the run to clients of the control API; `undefined`: no control port. */
  readonly feed?: RunFeed | undefined;
  /** Ends the load threads at once; the process is about to exit. */
  kill(): void;
  /** Releases everything. */
  close(): Promise<void>;
}

/** Notes a run in a system of charts while it goes on. Never delays or fails the run. */
export interface RunNotes {
  /** @param startedEpochMs when the run began, in milliseconds since the epoch */
  begin(startedEpochMs: number): void;
  /** Called about once a second, and once more at the end. */
  update(now: Snapshot): void;
  /** Resolves when all notes are written, or timed out. Never rejects. */
  end(result: RunResult): Promise<void>;
}

/** Shows a run to clients of the control API while it goes on. Never delays or fails the run. */
export interface RunFeed {
  /**
   * The load begins.
   * @param timelines those of the jobs so far, by `jobKey`
   */
  begin(first: Snapshot, timelines: () => Readonly<Record<string, JobTimeline>>): void;
  /** Called about once a second, after the timelines. @param findings new ones */
  update(now: Snapshot, findings: readonly ValidityFinding[]): void;
  /** The run has ended. */
  end(result: RunResult): void;
}

/** `stopping`: no more requests are started, because the run was stopped or its jobs have ended. */
export type RunState = 'running' | 'stopping';

/** `requirement`: a threshold or gate failed; `lost_load`: the run no longer has all of its load. */
export type AbortCause = 'requirement' | 'lost_load';

/** Handle for observing and stopping a run. */
export interface RunHandle {
  readonly state: RunState;
  /** Milliseconds since the epoch; `undefined` before the load has begun. */
  readonly startedEpochMs: number | undefined;
  /** Validity of the numbers so far. */
  readonly validity: Validity;
  /**
   * Stops gracefully: starts no more requests; those in flight may finish, within bounds. Idempotent.
   * @param drainMs replaces the drain time of the jobs; 0: requests in flight are aborted
   */
  stop(drainMs?: number): void;
  /** Stops gracefully: the run ends as aborted. @param cause default: `requirement` */
  abort(reason: string, cause?: AbortCause): void;
}
