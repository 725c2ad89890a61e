import type { FeederTable } from '../core/feeder-table.ts';
import type { Condition } from '../core/condition/condition.ts';
import type { AbortWhen, WaitFor } from '../core/gate.ts';
import type { GrafanaTarget } from '../core/grafana.ts';
import type { RequestType } from '../core/job-type.ts';
import type { KeyChoice } from '../core/key-choice.ts';
import type { SourcePlan } from '../core/source-plan.ts';
import type { HttpOptions, Json, Target } from '../core/target.ts';
import type { Threshold } from '../core/threshold.ts';
import type { MetricsPlan } from './metrics-plan.ts';

/** One piece of a rate curve: from `fromRate` to `toRate` per second, linearly, over `durationMs`. */
export interface RateSegment {
  readonly durationMs: number;
  readonly fromRate: number;
  readonly toRate: number;
}

/** When requests are meant to start. The last segment's rate holds on after its end. */
export type Pacing =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'paced'; readonly segments: readonly RateSegment[]; readonly arrival: 'even' | 'poisson' };

/** One kind of request that a job's workers send: most jobs have one, a mixed job several. */
export interface OperationPlan {
  /** Label `job_type`. */
  readonly type: RequestType;
  /** How often it is sent, beside the job's others; above 0. */
  readonly weight: number;
  /** Documents in one bulk request. */
  readonly batchSize: number;
  /** The document template; `{}` when the job has no schema. */
  readonly document: Json;
  /** Fields of the document that the request's templates may name: `#field`, `#address.city`. */
  readonly saved: readonly string[];
  /** Which documents written earlier a read or update aims at. */
  readonly keys: KeyChoice;
  /** The filter template; `undefined`: reads and updates go by the key of a document written earlier. */
  readonly filter: { readonly [key: string]: Json } | undefined;
  /** Bytes that a document is padded to; 0: no padding. */
  readonly dataSize: number;
  /** The request in the target's own language, with template tags; `undefined`: as its type says. */
  readonly statement: Json | undefined;
  /** What a `create_index` creates. */
  readonly indexes: readonly IndexPlan[];
  /** Whether an update first reads the document that it changes, as one request. */
  readonly readFirst: boolean;
  /** How its request looks over HTTP. */
  readonly http: HttpOptions;
}

/** Rows from a file, whose columns stand behind the tags `#name.column`. */
export interface FeederPlan {
  readonly name: string;
  readonly order: 'sequential' | 'random';
  readonly table: FeederTable;
}

/** An index to create. */
interface IndexPlan {
  readonly keys: { readonly [field: string]: Json };
  readonly options: { readonly [option: string]: Json };
}

/** A job that sends requests: every default applied, nothing optional left. */
export interface RequestJobPlan {
  readonly type: RequestType | 'mixed';
  readonly index: number;
  /** Label `job`. */
  readonly name: string;
  /** Label `job_uuid`. */
  readonly uuid: string;
  /** Workers over all threads, at least 1. */
  readonly connections: number;
  readonly pacing: Pacing;
  /** Milliseconds after the warm-up; `Infinity` without a limit. */
  readonly durationMs: number;
  /** Requests after the warm-up; `Infinity` without a limit. */
  readonly operations: number;
  readonly warmUpMs: number;
  readonly thinkTimeMs: number;
  /** Total bound on one request, from its start to the end of its body. */
  readonly timeoutMs: number;
  /** What happens to a ticket that is due while every worker is busy. */
  readonly overload: 'queue' | 'skip';
  /** How long requests under way may take to finish once the job has ended. */
  readonly drainMs: number;
  readonly database: string | undefined;
  readonly collection: string;
  /** Documents of the collection that are there before the run; `undefined`: the workload gives no number. */
  readonly existing: number | undefined;
  /** Seed of the ids and contents of documents: where `existing` is given and no seed, the same in every run. */
  readonly documentSeed: number;
  /** What its workers send, at least one. */
  readonly mix: readonly OperationPlan[];
  /** All feeders of the workload, whose rows are in memory that jobs and threads share. */
  readonly feeders: readonly FeederPlan[];
  /** Whether its requests carry trace ids. */
  readonly trace: boolean;
  /** How its connections are made over HTTP. */
  readonly http: HttpOptions;
  /** What it waits for before anything of it is opened; `undefined`: nothing. */
  readonly waitFor: WaitFor | undefined;
  /** What ends the run if it holds while this job's load runs. */
  readonly abortWhen: readonly AbortWhen[];
}

/** A job that only waits. */
export interface SleepJobPlan {
  readonly type: 'sleep';
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly durationMs: number;
  /** What it waits for before its time begins; `undefined`: nothing. */
  readonly waitFor: WaitFor | undefined;
}

export type JobPlan = RequestJobPlan | SleepJobPlan;

/** A state of the system under test. */
export interface PhasePlan {
  /** Label `phase`. */
  readonly name: string;
  readonly condition: Condition;
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
  /** What must hold for the run to pass. */
  readonly thresholds: readonly Threshold[];
  /** Whether a run passes whose numbers are not to be trusted. */
  readonly allowInvalid: boolean;
  readonly metrics: MetricsPlan;
  /** Metrics of the system under test, to be read while the load runs. */
  readonly sources: readonly SourcePlan[];
  /** States of the system under test that requests are told apart by, beside those of the sources' profiles. */
  readonly phases: readonly PhasePlan[];
  /** Port of the control API, on loopback; 0: any free port; `undefined`: none. */
  readonly controlPort: number | undefined;
  /** The Grafana in which people look at runs; `undefined`: none. */
  readonly grafana: GrafanaTarget | undefined;
  /** Values of environment variables that requests hold, as `mask` takes them: never shown, logged or reported. */
  readonly secrets: readonly string[];
  /** The workload file with the flags in it, for reports: no secrets, variables by their names. */
  readonly asRun: Json;
}

/** The types of request that a job sends, each once. */
export function typesOf({ mix }: RequestJobPlan): readonly RequestType[] {
  return [...new Set(mix.map(({ type }) => type))];
}

/** The share of a job's requests that are of a type, by their weights; 0 to 1. */
export function shareOfType({ mix }: RequestJobPlan, type: RequestType): number {
  const weightOf = (operations: readonly OperationPlan[]): number =>
    operations.reduce((total, { weight }) => total + weight, 0);
  return weightOf(mix.filter((operation) => operation.type === type)) / weightOf(mix);
}

/** Whether the target's responses have status codes. */
export function hasStatuses({ target }: Pick<Plan, 'target'>): boolean {
  return target.driver === 'http' || target.driver === 'embedded';
}

/** The status codes that a job names as ok for a type of request, ranges left out. */
export function expectedStatusesOf({ mix }: RequestJobPlan, type: RequestType): readonly string[] {
  const ranges = mix.filter((operation) => operation.type === type).flatMap(({ http }) => http.expectStatus);
  return [...new Set(ranges.flatMap(([from, to]) => (from === to ? [String(from)] : [])))];
}

/** Whether a job sends requests, rather than only waiting. */
export function sendsRequests(job: JobPlan): job is RequestJobPlan {
  return job.type !== 'sleep';
}
