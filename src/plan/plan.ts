import type { FeederTable } from '../shared/feeder-table.ts';
import type { PlanFile } from './plan-file.ts';
import type { SourceCondition } from '../conditions/condition.ts';
import type { AbortCondition, StartCondition } from './gate.ts';
import type { FunctionsPlan } from './functions-plan.ts';
import type { GrafanaTarget } from './grafana.ts';
import type { IntegerDistribution } from '../shared/distribution.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import type { RequestType } from '../shared/job-type.ts';
import type { KeyChoice } from './key-choice.ts';
import type { CapturePlan, ExpectPlan } from './response-plan.ts';
import type { ScenarioPlan, ThinkTime, TransactionControl } from './scenario.ts';
import type { RecordedPacing, RecordedPlan } from './recorded.ts';
import type { SourcePlan } from './source-plan.ts';
import type { StreamPlan } from './stream.ts';
import type { Json } from '../shared/json.ts';
import type { HttpOptions, Target } from './target.ts';
import type { Threshold } from './threshold.ts';
import type { MetricsPlan } from './metrics-plan.ts';

/** One piece of a rate curve: from `fromRate` to `toRate` per second, linearly, over `durationMs`. */
export interface RateSegment {
  readonly durationMs: number;
  readonly fromRate: number;
  readonly toRate: number;
}

/** Intended start times of requests. The last segment's rate stays after its end. */
export type Pacing =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'paced'; readonly segments: readonly RateSegment[]; readonly arrival: 'even' | 'poisson' }
  | RecordedPacing;

/** One type of request that a job's workers send: most jobs have one, a mixed job several. */
export interface OperationPlan {
  /** Type of its request; the label `job_type` unless it is a part of a transaction. */
  readonly type: RequestType;
  /** Label `step`: the operation's name; empty: counted with the other operations of its type. */
  readonly step: string;
  /** Name of its requests in messages; `undefined`: their method and path. */
  readonly title: string | undefined;
  /** Part of a transaction that it performs instead of a request of its own; `undefined`: none. */
  readonly transaction: TransactionControl | undefined;
  /** Relative frequency among the job's operations; above 0. */
  readonly weight: number;
  /** Documents in one bulk request. */
  readonly batchSize: number;
  /** The document template; `{}` when the job has no schema. */
  readonly document: Json;
  /** Fields of the document that the request's templates may name: `#field`, `#address.city`. */
  readonly saved: readonly string[];
  /** Selection of earlier documents for reads, scans, updates and deletes. */
  readonly keys: KeyChoice;
  /** The filter template; `undefined`: requests select by the key of an earlier document. */
  readonly filter: { readonly [key: string]: Json } | undefined;
  /** Bytes that a document is padded to; 0: no padding. */
  readonly dataSize: IntegerDistribution;
  /** Bytes that `dataSize` counts: the document's JSON text, or its field `data` alone, which is then always present. */
  readonly sizing: 'document' | 'data';
  /** The request in the target's own language, with template tags; `undefined`: built from its type. */
  readonly statement: Json | undefined;
  /** Indexes of a `create_index`. */
  readonly indexes: readonly IndexPlan[];
  /** Documents that a scan reads; at least 1. */
  readonly scanLength: IntegerDistribution;
  /** Whether an update first reads the document that it changes, as one request. */
  readonly readFirst: boolean;
  /** Shape of its request over HTTP. */
  readonly http: HttpOptions;
  /** Checks of its responses; `undefined`: none. */
  readonly expect: ExpectPlan | undefined;
  /** Its response is read as a stream of events; `undefined`: it is not. */
  readonly stream: StreamPlan | undefined;
  /** Values that a step of a scenario takes from its response. */
  readonly captures: readonly CapturePlan[];
  /** Maximum size of a body that is checked or captured from, in bytes. */
  readonly maxBodyBytes: number;
}

/** Rows from a file; the tags `#name.column` insert their columns. */
export interface FeederPlan {
  readonly name: string;
  /** Number that selects a row: of the request or document, of the iteration or user of a scenario; `default` is either. */
  readonly per: 'default' | 'request' | 'iteration' | 'user';
  readonly order: 'sequential' | 'random' | 'shuffle';
  /** After the last row: begins again, ends the job, or fails requests. */
  readonly onEnd: 'restart' | 'stop' | 'fail';
  readonly table: FeederTable;
}

/** An index to create. */
interface IndexPlan {
  readonly keys: { readonly [field: string]: Json };
  readonly options: { readonly [option: string]: Json };
}

/** When a connection is closed, so that the next request opens a new one. */
export type ReconnectPlan =
  /** After this number of requests. */
  | { readonly kind: 'requests'; readonly requests: number }
  /** Before the first request that starts this long after the first one of the connection, in milliseconds. */
  | { readonly kind: 'age'; readonly ms: number }
  /** Before each iteration of a scenario but a user's first. */
  | { readonly kind: 'iteration' };

/** A section of a ramp of users: linearly from `fromUsers` to `toUsers`. */
export interface UserStage {
  readonly durationMs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
}

/** A job that sends requests: every default applied, nothing optional left. */
export interface RequestJobPlan {
  /** Functions of the workload; absent: none. */
  readonly functions?: FunctionsPlan | undefined;
  readonly type: RequestType | 'mixed' | 'scenario';
  readonly index: number;
  /** Label `job`. */
  readonly name: string;
  /** Label `job_uuid`. */
  readonly uuid: string;
  /** Workers over all threads, at least 1. */
  readonly connections: number;
  readonly pacing: Pacing;
  /** Tickets that fall due within this time start together, in milliseconds. */
  readonly precisionMs: number;
  /** Number of workers that are active over time; `undefined`: all of them. The last number stays. */
  readonly users: readonly UserStage[] | undefined;
  /** Tickets of each worker; `undefined`: any number. */
  readonly operationsPerUser: number | undefined;
  /** Delay of the start after the first job of its step that has none, in milliseconds. */
  readonly startAfterMs: number;
  /** Milliseconds after the warm-up; `Infinity` without a limit. */
  readonly durationMs: number;
  /** Requests after the warm-up; `Infinity` without a limit. */
  readonly operations: number;
  readonly warmUpMs: number;
  readonly thinkTime: ThinkTime;
  /** Total bound on one request, from its start to the end of its body. */
  readonly timeoutMs: number;
  /** When connections are renewed; `undefined`: they stay open. */
  readonly reconnect: ReconnectPlan | undefined;
  /** Policy for a ticket that is due while every worker is busy. */
  readonly overload: 'queue' | 'skip';
  /** Time for requests in flight to finish after the end of the job, in milliseconds. */
  readonly drainMs: number;
  readonly database: string | undefined;
  readonly collection: string;
  /** Whether the collection's ids are MongoDB's `ObjectId`s: no template gives its documents an `_id`. */
  readonly objectIds: boolean;
  /** Documents in the collection before the run; `undefined`: not given. */
  readonly existing: number | undefined;
  /** Seed of ids and contents of documents; with `existing` and without `seed`, the same in every run. */
  readonly documentSeed: number;
  /** Operations of its workers, at least one. */
  readonly mix: readonly OperationPlan[];
  /** All feeders of the workload, whose rows are in memory that jobs and threads share. */
  readonly feeders: readonly FeederPlan[];
  /** Whether its requests carry trace ids. */
  readonly trace: boolean;
  /** Metrics that it records in addition to those of all jobs. */
  readonly metrics: readonly JobMetric[];
  /** How its connections are made over HTTP. */
  readonly http: HttpOptions;
  /** Settings of a driver that has its own. */
  readonly driverOptions: { readonly [name: string]: Json };
  /** Absolute path of the folder that files in `driverOptions` are relative to. */
  readonly folder: string;
  /** Condition to wait for before its sessions are opened; `undefined`: none. */
  readonly waitFor: StartCondition | undefined;
  /** Conditions that end the run during this job's load. */
  readonly abortWhen: readonly AbortCondition[];
  /** Operations of the scenario's `before` and `after`, which are not counted; empty otherwise. */
  readonly userOperations: readonly OperationPlan[];
  /** Steps of its users, whose requests are the operations of `mix`; `undefined`: each ticket is one request. */
  readonly scenario: ScenarioPlan | undefined;
  /** Requests of a file, which are of the operations of `mix`; `undefined`: operations are selected by weight. */
  readonly recorded: RecordedPlan | undefined;
}

/** A job that only sleeps. */
export interface SleepJobPlan {
  readonly type: 'sleep';
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  /** Delay of the start after the first job of its step that has none, in milliseconds. */
  readonly startAfterMs: number;
  readonly durationMs: number;
  /** Condition to wait for before its time begins; `undefined`: none. */
  readonly waitFor: StartCondition | undefined;
}

export type JobPlan = RequestJobPlan | SleepJobPlan;

/** A state of the system under test. */
export interface PhasePlan {
  /** Label `phase`. */
  readonly name: string;
  readonly condition: SourceCondition;
}

/** One execution of a workload, frozen before anything starts. */
export interface Plan {
  /** The workload's name: its file's base name, or `stdin`. */
  readonly workload: string;
  readonly runId: string;
  /** Label `agent`; never empty. */
  readonly agent: string;
  readonly target: Target;
  /** Load threads, at least 1. */
  readonly threads: number;
  /** Seed of all generated data and random arrivals. */
  readonly seed: number;
  /** Whether the file or a flag gives the seed; otherwise it is drawn for this run. */
  readonly isSeedGiven: boolean;
  readonly jobs: readonly JobPlan[];
  /** Indexes into `jobs`: steps one after the other, the jobs of one step together. */
  readonly steps: readonly (readonly number[])[];
  /** Thresholds of the run. */
  readonly thresholds: readonly Threshold[];
  /** Whether an invalid measurement may pass. */
  readonly allowInvalid: boolean;
  readonly metrics: MetricsPlan;
  /** Metrics of the system under test, scraped while the load runs. */
  readonly sources: readonly SourcePlan[];
  /** Phases of the system under test that split the requests, in addition to those of the sources' profiles. */
  readonly phases: readonly PhasePlan[];
  /** Port of the control API, on loopback; 0: any free port; `undefined`: none. */
  readonly controlPort: number | undefined;
  /** Whether its connections may have link-local addresses, and those of metadata services. */
  readonly allowLinkLocal: boolean;
  /** Folders with the files that its connections may use; `undefined`: any. A received workload has some or none. */
  readonly allowedFolders: readonly string[] | undefined;
  /** Grafana for annotations and links; `undefined`: none. */
  readonly grafana: GrafanaTarget | undefined;
  /** Files whose content is in the memory of the jobs. */
  readonly files: readonly PlanFile[];
  /** Values of environment variables that requests hold, as `mask` takes them: never shown, logged or reported. */
  readonly secrets: readonly string[];
  /** The effective workload for reports: without secrets, variables by name. */
  readonly asRun: Json;
}

/** Whether a job sends requests, rather than only waiting. */
export function sendsRequests(job: JobPlan): job is RequestJobPlan {
  return job.type !== 'sleep';
}
