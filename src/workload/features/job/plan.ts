import { duration } from '../../values.ts';
import type { FeederPlan, Pacing, RequestJobPlan } from '../../../plan/plan.ts';
import { recordedEnd } from '../../../plan/recorded.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path } from '../../diagnostics.ts';
import { type AbortWhenEntry, planAbortWhen, planWaitFor } from '../gates.ts';
import type { RequestJobEntry, JobEntry } from './schema.ts';
import { buildMix, type MixContext } from '../mixed.ts';
import { planJobMetrics } from './metrics.ts';
import type { BuiltInMetricName } from '../../../shared/job-metric.ts';
import type { RecordedJob } from '../requests-from/read-requests.ts';
import { planScenario } from '../scenario/plan.ts';
import { mostUsers, planUsers } from '../users.ts';
import { buildPacing } from '../pacing.ts';
import type { WorkloadFile } from '../../schema.ts';

/** Inputs of a job's plan from the rest of the workload. */
export interface JobContext extends MixContext {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly feeders: readonly FeederPlan[];
  readonly objectIds: boolean;
  readonly existing: number | undefined;
  readonly documentSeed: number;
  readonly driverOptions: RequestJobPlan['driverOptions'];
  readonly folder: string;
  readonly functions: RequestJobPlan['functions'];
  /** The condition that the workload gives for all jobs. */
  readonly abortWhen: AbortWhenEntry | undefined;
  /** Custom metrics of the workload. */
  readonly customMetrics: WorkloadFile['custom_metrics'];
  /** Metrics that the driver of the target records. */
  readonly driverMetrics: readonly BuiltInMetricName[];
  /** Its requests from a file; `undefined`: none, or they could not be read, which is reported. */
  readonly recorded: RecordedJob | undefined;
}

const { job: defaults } = DEFAULTS;
const TIMES = {
  startAfterMs: duration.parse(defaults.start_after),
  warmUpMs: duration.parse(defaults.warm_up),
  thinkTimeMs: duration.parse(defaults.think_time),
  timeoutMs: duration.parse(defaults.timeout),
  drainMs: duration.parse(defaults.drain),
  precisionMs: duration.parse(defaults.precision),
};

/** Applies every default to a job that sends requests. */
export function buildJob(job: RequestJobEntry, context: JobContext): RequestJobPlan {
  const { index, name, uuid, schema, http } = context;
  const { recorded } = context;
  const pacing = recorded?.pacing ?? buildPacing(job);
  const { connections = defaults.connections } = job;
  const planned = planRequests(job, context);
  return {
    type: job.type,
    index,
    name,
    uuid,
    connections: job.users === undefined ? connections : mostUsers(job.users),
    users: planUsers(job.users),
    operationsPerUser: job.operations_per_user,
    startAfterMs: job.start_after ?? TIMES.startAfterMs,
    pacing,
    precisionMs: job.precision ?? TIMES.precisionMs,
    durationMs: durationOf(job, pacing),
    operations: Math.min(operationsOf(job, connections), recordedEnd(recorded?.recorded)),
    warmUpMs: job.warm_up ?? TIMES.warmUpMs,
    thinkTime: job.think_time ?? { kind: 'constant', ms: TIMES.thinkTimeMs },
    timeoutMs: job.timeout ?? TIMES.timeoutMs,
    reconnect: job.reconnect,
    overload: job.overload ?? defaults.overload,
    drainMs: job.drain ?? TIMES.drainMs,
    database: job.database ?? schema?.database,
    collection: job.collection ?? schema?.collection ?? '',
    objectIds: context.objectIds,
    existing: context.existing,
    documentSeed: context.documentSeed,
    trace: job.trace ?? defaults.trace,
    metrics: planJobMetrics(job, planned.mix, context),
    feeders: context.feeders,
    http,
    driverOptions: context.driverOptions,
    folder: context.folder,
    functions: context.functions,
    waitFor: planWaitFor(job.wait_for),
    abortWhen: planAbortWhen(job.abort_when, context.abortWhen),
    ...planned,
  };
}

function planRequests(
  job: RequestJobEntry,
  context: JobContext,
): Pick<RequestJobPlan, 'mix' | 'userOperations' | 'scenario' | 'recorded'> {
  const { type } = job;
  const { recorded } = context;
  if (type === 'scenario') return { ...planScenario(job, context), recorded: undefined };
  const mix = recorded?.mix ?? buildMix({ ...job, type }, context);
  return { mix, userOperations: [], scenario: undefined, recorded: recorded?.recorded };
}

/** Without another limit a job ends with its stages. */
function durationOf({ duration: durationMs, operations, users }: RequestJobEntry, pacing: Pacing): number {
  if (durationMs !== undefined) return durationMs;
  if (users !== undefined) return users.reduce((total, stage) => total + stage.duration, 0) || Infinity;
  if (operations !== undefined || pacing.kind !== 'paced') return Infinity;
  return pacing.segments.reduce((total, { durationMs }) => total + durationMs, 0) || Infinity;
}

function operationsOf(job: RequestJobEntry, connections: number): number {
  const { operations, operations_per_user: each } = job;
  if (each !== undefined) return each * connections;
  return operations ?? (isDoneOnce(job) ? DEFAULTS.onceOperations : Infinity);
}

function isDoneOnce({ type }: RequestJobEntry): boolean {
  return type === 'create_index' || type === 'drop_collection';
}

/** Names every job: its given name, or its type, numbered to be unique. */
export function nameJobs(jobs: readonly JobEntry[]): string[] {
  const taken = new Set(jobs.flatMap(({ name }) => name ?? []));
  const next = new Map<string, number>();
  return jobs.map(({ name, type }) => {
    if (name !== undefined) return name;
    let number = next.get(type) ?? 1;
    while (taken.has(numbered(type, number))) number++;
    next.set(type, number + 1);
    return numbered(type, number);
  });
}

function numbered(type: string, number: number): string {
  return number === 1 ? type : `${type} ${number}`;
}

/** A job with its place in the file. */
export interface PlacedJob {
  readonly job: JobEntry;
  readonly path: Path;
}

/** All jobs in the order of the file, and which of them run at once. */
export interface FlatJobs {
  readonly jobs: readonly PlacedJob[];
  /** Indexes into `jobs`: one list a step. */
  readonly steps: readonly (readonly number[])[];
}

/** Takes jobs out of their parallel groups. */
export function flattenJobs(entries: WorkloadFile['jobs']): FlatJobs {
  const jobs: PlacedJob[] = [];
  const steps = entries.map((entry, at): number[] => {
    const path = ['jobs', at];
    if (!('parallel' in entry)) return [jobs.push({ job: entry, path }) - 1];
    return entry.parallel.map((job, index) => jobs.push({ job, path: [...path, 'parallel', index] }) - 1);
  });
  return { jobs, steps };
}
