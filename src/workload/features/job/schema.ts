import { z } from 'zod';
import { JOB_TYPES, type JobType, type RequestType } from '../../../shared/job-type.ts';
import { DEFAULTS } from '../../defaults.ts';
import { optional, required, integer, integerFrom, spanOrNanoseconds } from '../../values.ts';
import { JOB_FIELDS } from './fields.ts';
import { SCENARIO_FIELDS } from '../scenario/schema.ts';

const { name, schema, template, database, collection, http, connections, operations, timeout, drain } = JOB_FIELDS;
const { duration, pace, precision, stages, arrival, overload, warm_up, think_time, trace, first_byte, format } =
  JOB_FIELDS;
const { data_size, batch_size, filter, keys, scan_length, read_first, sql, command, thresholds, indexes } = JOB_FIELDS;
const { mixed, requests_from, driver_options } = JOB_FIELDS;
const { wait_for, abort_when, expect, stream, max_body, reconnect, users, operations_per_user, start_after } =
  JOB_FIELDS;

const anyJob = { name, wait_for, start_after, format };
const target = { schema, template, database, collection, http };
const anyRequest = {
  ...anyJob,
  ...target,
  sql,
  command,
  driver_options,
  connections,
  operations,
  timeout,
  reconnect,
  drain,
  abort_when,
  thresholds,
};
const load = {
  ...anyRequest,
  expect,
  stream,
  max_body,
  duration,
  users,
  operations_per_user,
  pace,
  precision,
  stages,
  arrival,
  overload,
  warm_up,
  think_time,
  trace,
  first_byte,
};
const once = {
  ...anyRequest,
  operations: optional(integerFrom(0), {
    description: 'Number of requests to send; 0 means the default.',
    default: DEFAULTS.onceOperations,
    examples: [1],
  }),
};
const unusedBatchSize = optional(integer(0, 100_000), {
  description:
    'Accepted for compatibility with files of the original loadbot; has no effect: a write sends one document.',
  without: '1',
  examples: [100],
  deprecated: true,
});

const oneSchema = { required: ['schema', 'template'] };
const oneStatement = { required: ['sql', 'command'] };
const onePace = { not: { anyOf: [oneSchema, oneStatement, { required: ['pace', 'stages'] }] } };
const onceNotes = { not: { anyOf: [oneSchema, oneStatement] } };

/** Job schemas by type, each with the fields that apply to it. */
const JOBS = {
  read: z
    .strictObject({ type: typeOf('read', 'Reads one document per request.'), ...load, filter, keys })
    .meta({ id: 'read_job', ...onePace }),
  scan: z
    .strictObject({
      type: typeOf('scan', 'Reads up to `scan_length` documents per request, in the order of their keys.'),
      ...load,
      keys,
      scan_length,
    })
    .meta({ id: 'scan_job', ...onePace }),
  write: z
    .strictObject({
      type: typeOf('write', 'Writes one document per request.'),
      ...load,
      data_size,
      batch_size: unusedBatchSize,
    })
    .meta({ id: 'write_job', ...onePace }),
  bulk_write: z
    .strictObject({
      type: typeOf('bulk_write', 'Writes `batch_size` documents per request.'),
      ...load,
      data_size,
      batch_size,
    })
    .meta({ id: 'bulk_write_job', ...onePace }),
  update: z
    .strictObject({
      type: typeOf('update', 'Updates one document per request.'),
      ...load,
      data_size,
      filter,
      keys,
      read_first,
    })
    .meta({ id: 'update_job', ...onePace }),
  delete: z
    .strictObject({ type: typeOf('delete', 'Deletes one document per request.'), ...load, filter, keys })
    .meta({ id: 'delete_job', ...onePace }),
  create_index: z
    .strictObject({ type: typeOf('create_index', 'Creates indexes.'), ...once, indexes })
    .meta({ id: 'create_index_job', ...onceNotes }),
  drop_collection: z
    .strictObject({ type: typeOf('drop_collection', 'Removes the collection with all its documents.'), ...once })
    .meta({ id: 'drop_collection_job', ...onceNotes }),
  mixed: z
    .strictObject({
      type: typeOf('mixed', 'Sends several kinds of requests, by weight.'),
      ...load,
      mixed,
      requests_from,
      data_size,
      batch_size,
      filter,
      keys,
      scan_length,
      read_first,
    })
    // Each operation has a separate request.
    .omit({ sql: true, command: true })
    .meta({
      id: 'mixed_job',
      oneOf: [{ required: ['mixed'] }, { required: ['requests_from'] }],
      not: { anyOf: [oneSchema, { required: ['pace', 'stages'] }] },
    }),
  scenario: z
    .strictObject({
      type: typeOf('scenario', 'Runs the steps of virtual users, in order.'),
      ...load,
      ...SCENARIO_FIELDS,
    })
    .omit({ sql: true, command: true })
    .meta({ id: 'scenario_job', not: { anyOf: [oneSchema, { required: ['pace', 'stages'] }] } }),
  sleep: z
    .strictObject({
      type: typeOf('sleep', 'Waits.'),
      ...anyJob,
      duration: required(spanOrNanoseconds, { description: 'Duration of the pause.', examples: ['5s'] }),
    })
    .meta({ id: 'sleep_job' }),
} satisfies Record<JobType, z.ZodObject>;

function typeOf<Type extends JobType>(type: Type, description: string): z.ZodLiteral<Type> {
  return required(z.literal(type), { description });
}

export const jobSchema = z
  .discriminatedUnion('type', [
    JOBS.read,
    JOBS.scan,
    JOBS.write,
    JOBS.bulk_write,
    JOBS.update,
    JOBS.delete,
    JOBS.create_index,
    JOBS.drop_collection,
    JOBS.mixed,
    JOBS.scenario,
    JOBS.sleep,
  ])
  .meta({ id: 'job', description: 'A job: its `type` determines the other fields.' });

/** Accepts the fields of all types, to check a job whose type is invalid. */
export const untypedJobSchema = z.strictObject({ type: z.enum(JOB_TYPES), ...JOB_FIELDS });

export const parallelSchema = z
  .strictObject({
    parallel: required(z.array(jobSchema).min(1, { error: 'must hold at least one job' }), {
      description: 'Jobs that start together; the next entry of `jobs` waits for all of them. Groups do not nest.',
      examples: [
        [
          { type: 'read', schema: 'user' },
          { type: 'update', schema: 'user' },
        ],
      ],
    }),
  })
  .meta({ id: 'parallel', description: 'Jobs that run at the same time.' });

/** A job, before defaults. */
export type JobEntry = z.infer<typeof jobSchema>;

/** A job that sends requests, with the fields of all types: those of other types are absent. */
export type RequestJobEntry = Omit<z.infer<typeof untypedJobSchema>, 'type'> & {
  type: RequestType | 'mixed' | 'scenario';
};

/** Field names of a job of this type. */
export function fieldsOfJob(type: JobType): readonly string[] {
  return Object.keys(JOBS[type].shape);
}
