import { DEFAULTS } from '../defaults.ts';
import type { AbortWhenEntry } from '../schema/gate.ts';
import type { RequestJobEntry } from '../schema/job.ts';
import { planAbortWhen, planWaitFor } from './gates.ts';
import { toMs } from './milliseconds.ts';
import { buildMix, type MixContext } from './mix.ts';
import { buildPacing } from './pacing.ts';
import type { FeederPlan, Pacing, RequestJobPlan } from '../../plan/plan.ts';

/** Inputs of a job's plan from the rest of the workload. */
export interface JobContext extends MixContext {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly feeders: readonly FeederPlan[];
  readonly objectIds: boolean;
  readonly existing: number | undefined;
  readonly documentSeed: number;
  /** The condition that the workload gives for all jobs. */
  readonly abortWhen: AbortWhenEntry | undefined;
}

/** Applies every default to a job that sends requests. */
export function buildJob(job: RequestJobEntry, context: JobContext): RequestJobPlan {
  const { job: defaults } = DEFAULTS;
  const { index, name, uuid, schema, http } = context;
  const pacing = buildPacing(job);
  const mix = buildMix(job, context);
  return {
    type: job.type,
    index,
    name,
    uuid,
    connections: job.connections ?? defaults.connections,
    pacing,
    durationMs: durationOf(job, pacing),
    operations: job.operations ?? (isDoneOnce(job) ? DEFAULTS.onceOperations : Infinity),
    warmUpMs: toMs(job.warm_up ?? defaults.warm_up),
    thinkTimeMs: toMs(job.think_time ?? defaults.think_time),
    timeoutMs: toMs(job.timeout ?? defaults.timeout),
    overload: job.overload ?? defaults.overload,
    drainMs: toMs(job.drain ?? defaults.drain),
    database: job.database ?? schema?.database,
    collection: job.collection ?? schema?.collection ?? '',
    objectIds: context.objectIds,
    existing: context.existing,
    documentSeed: context.documentSeed,
    trace: job.trace ?? defaults.trace,
    mix,
    feeders: context.feeders,
    http,
    waitFor: planWaitFor(job.wait_for),
    abortWhen: planAbortWhen(job.abort_when, context.abortWhen),
  };
}

/** Without another limit a job ends with its stages. */
function durationOf({ duration, operations }: RequestJobEntry, pacing: Pacing): number {
  if (duration !== undefined) return toMs(duration);
  if (operations !== undefined || pacing.kind === 'unlimited') return Infinity;
  return pacing.segments.reduce((total, { durationMs }) => total + durationMs, 0) || Infinity;
}

function isDoneOnce({ type }: RequestJobEntry): boolean {
  return type === 'create_index' || type === 'drop_collection';
}
