import type { SteeringChange } from '../shared/load-change.ts';
import type { LatencyFloor } from '../shared/floor.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { MachineInfo } from '../metrics/machine.ts';
import type { JobTimeline } from '../analysis/job-timeline.ts';
import type { PhaseDocument, SourceResult, WaitDocument } from '../sources/documents.ts';
import type { Validity } from '../validity/finding.ts';
import type { ThresholdResult } from '../thresholds/threshold-result.ts';
import type { Json } from '../shared/json.ts';
import type { ReportLink } from './phrases/dashboard-link.ts';

/** How a run ended: `aborted` by a threshold or a gate, `stopped` by a user or a signal. */
export type RunEnd = 'completed' | 'stopped' | 'aborted' | 'failed';

/** Overall outcome of a run: the first that applies, by severity. */
export type RunOutcomeKind =
  | 'passed'
  | 'invalid'
  | 'thresholds_failed'
  | 'aborted'
  | 'undelivered'
  | 'stopped'
  | 'failed';

/** One agent of a fleet in a run. */
export interface AgentResult {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  /** Ranks of its load threads. */
  readonly ranks: readonly number[];
  /** Bound of the error of its clock; `undefined`: not known. */
  readonly clockBoundSeconds: number | undefined;
  /** Latest start of a job after the common start. */
  readonly startedLateSeconds: number;
  /** Its requests, and durations as in the jobs: response times of paced ones, else service times. */
  readonly requests: number;
  readonly errors: number;
  readonly p50Seconds: number | undefined;
  readonly p99Seconds: number | undefined;
  /** `undefined`: it took part until the end. */
  readonly lost: { readonly epochMs: number; readonly unreportedSeconds: number } | undefined;
}

/** Result of a completed run. */
export interface RunResult {
  readonly verdict: RunOutcomeKind;
  /** Exit status of the command; a long-running agent does not exit. */
  readonly exitStatus: number;
  readonly end: RunEnd;
  /** Whether the result is incomplete: saved before the end of the run, or the run was killed. */
  readonly partial: boolean;
  /** Reason of a failure or abort. */
  readonly reason: string | undefined;
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
  /** Final snapshot, the common source of all reports and the last export. */
  readonly final: Snapshot;
  /** Requests due by the schedule, per `jobKey`. */
  readonly planned: Readonly<Record<string, number>>;
  /** Connections of each job over all threads, per job uuid. */
  readonly connections: Readonly<Record<string, number>>;
  /** Target rate in requests per second, per `jobKey`; only jobs with a constant rate. */
  readonly paces: Readonly<Record<string, number>>;
  readonly failures: readonly FailureSample[];
  /** Latency floor of this machine; `undefined` if unknown or not applicable to the protocol. */
  readonly floor: LatencyFloor | undefined;
  readonly deliveries: readonly Delivery[];
  /** Threshold results, in the order of the workload. */
  readonly thresholds: readonly ThresholdResult[];
  /** Whether the measurement is valid, and why not. */
  readonly validity: Validity;
  /** Development of each job over time, per `jobKey`; jobs that never started are absent. */
  readonly courses: Readonly<Record<string, JobTimeline>>;
  /** Metrics read from the sources of the run. */
  readonly sources: readonly SourceResult[];
  /** Time spans of each phase of the system under test. */
  readonly phases: readonly PhaseDocument[];
  /** Waits of jobs before their start. */
  readonly waits: readonly WaitDocument[];
  readonly target: string;
  /** Load threads, over all agents. */
  readonly threads: number;
  /** Agents of the fleet that sent the load; empty: this process sent it. */
  readonly agents: readonly AgentResult[];
  /** Changes of the load while it ran, in chronological order. */
  readonly changes: readonly SteeringChange[];
  readonly seed: number;
  /** Whether the seed comes from the file or a flag; otherwise it is random. */
  readonly isSeedGiven: boolean;
  /** Documents that the workload expects in the collection before the run, per job uuid; absent if not given. */
  readonly existing: Readonly<Record<string, number>>;
  /** Versions: `loadbot-agent`, `node`, `platform` and, if known, `commit`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Links to other views of the run. */
  readonly links: readonly ReportLink[];
  /** Effective workload: the file with flags applied; without secrets, with variables by name. */
  readonly workloadAsRun: Json;
  /** Machine that generated the load. */
  readonly machine: MachineInfo;
}

/** State of a run that may still be in progress. */
export interface PartialRunResult extends Omit<RunResult, 'end' | 'verdict' | 'exitStatus'> {
  /** `undefined` until the run has ended. */
  readonly verdict?: RunOutcomeKind;
  readonly exitStatus?: number;
  /** `in_progress`: the load has not ended. */
  readonly end: RunEnd | 'in_progress';
}

/** Presents snapshots and the final result to users or CI. */
export interface Reporter {
  begin?(first: Snapshot): void;
  /** Called about once a second during the run. */
  update?(snapshot: Snapshot): void;
  /**
   * Saves the state of the run, so that it survives a kill of the process. Called before connections are opened, about
   * once a second during the load, and at the end of the load. Resolves when saved or skipped.
   * @param soFar reads the state; called at most once, before the first await
   * @param isDue saves now regardless of the last save
   */
  save?(soFar: () => PartialRunResult, isDue: boolean): Promise<void>;
  /** The run ended before its load started; reports without this method show nothing then. */
  endWithoutLoad?(result: RunResult): void | Promise<void>;
  end(result: RunResult): void | Promise<void>;
}
