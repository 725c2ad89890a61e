import { DEFAULTS } from '../config/defaults.ts';
import { savedField } from '../config/checks/tags.ts';
import { templateOf } from '../config/checks/schemas.ts';
import { parseSize } from '../config/size.ts';
import type { RequestJobEntry } from '../config/schema/job.ts';
import type { DocumentEntry } from '../config/schema/document.ts';
import type { HttpOptions, Json } from '../core/target.ts';
import { toMs } from './milliseconds.ts';
import { buildPacing } from './pacing.ts';
import type { Pacing, RequestJobPlan } from './plan.ts';

type Template = { readonly [key: string]: Json };

/** What a job gets from around it. */
export interface JobContext {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  /** The entry of `schemas` that the job names. */
  readonly schema: DocumentEntry | undefined;
  readonly http: HttpOptions;
}

/** Applies every default to a job that sends requests. */
export function buildJob(job: RequestJobEntry, { index, name, uuid, schema, http }: JobContext): RequestJobPlan {
  const { job: defaults } = DEFAULTS;
  const pacing = buildPacing(job);
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
    mix: [
      {
        type: job.type,
        weight: 1,
        batchSize: job.batch_size ?? defaults.batch_size,
        document: (templateOf(schema ?? {}) ?? {}) as Template, // the parsers make nothing but JSON values
        filter: buildFilter(job, schema),
        dataSize: parseSize(job.data_size ?? defaults.data_size),
        statement: undefined,
        indexes: (job.indexes ?? []).map(({ keys, options = {} }) => ({ keys: keys as Template, options: options as Template })),
        readFirst: false,
        http,
      },
    ],
    http,
  };
}

/** Stages are a plan for the whole job, so without any other limit it ends with them. */
function durationOf({ duration, operations }: RequestJobEntry, pacing: Pacing): number {
  if (duration !== undefined) return toMs(duration);
  if (operations !== undefined || pacing.kind === 'unlimited') return Infinity;
  return pacing.segments.reduce((total, { durationMs }) => total + durationMs, 0) || Infinity;
}

function isDoneOnce({ type }: RequestJobEntry): boolean {
  return type === 'create_index' || type === 'drop_collection';
}

/** A saved field stands for its template: with the same template, a filter finds documents written earlier. */
function buildFilter({ filter }: RequestJobEntry, schema: DocumentEntry | undefined): Template | undefined {
  if (filter === undefined) return undefined;
  const template = templateOf(schema ?? {});
  const fields = Object.entries(filter).map(([field, value]) =>
    savedField(value, schema) === field ? [field, template?.[field]] : [field, value],
  );
  return Object.fromEntries(fields) as Template;
}
