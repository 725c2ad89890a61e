import { z } from 'zod';
import { JOB_TYPES, type JobType, type RequestType } from '../../core/job-type.ts';
import { DEFAULTS } from '../defaults.ts';
import { optional, required } from './field.ts';
import { JOB_FIELDS } from './job-fields.ts';
import { integerFrom, positiveDuration } from './values.ts';

const { name, schema, template, database, collection, http, connections, operations, timeout, drain } = JOB_FIELDS;
const { duration, pace, stages, arrival, overload, warm_up, think_time } = JOB_FIELDS;
const { data_size, batch_size, filter, indexes } = JOB_FIELDS;

const anyRequest = { name, schema, template, database, collection, http, connections, operations, timeout, drain };
const load = { ...anyRequest, duration, pace, stages, arrival, overload, warm_up, think_time };
const once = {
  ...anyRequest,
  operations: optional(integerFrom(1), {
    description: 'Requests to send, 1 or more.',
    default: DEFAULTS.onceOperations,
    examples: [1],
  }),
};

const oneNameForSchema = { not: { required: ['schema', 'template'] } };
const onePace = { not: { anyOf: [{ required: ['schema', 'template'] }, { required: ['pace', 'stages'] }] } };

/** A job of each type, with the fields that mean something for it. */
const JOBS = {
  read: z
    .strictObject({ type: typeOf('read', 'Reads one document a request.'), ...load, filter })
    .meta({ id: 'read_job', ...onePace }),
  write: z
    .strictObject({ type: typeOf('write', 'Writes one document a request.'), ...load, data_size })
    .meta({ id: 'write_job', ...onePace }),
  bulk_write: z
    .strictObject({
      type: typeOf('bulk_write', 'Writes `batch_size` documents a request.'),
      ...load,
      data_size,
      batch_size,
    })
    .meta({ id: 'bulk_write_job', ...onePace }),
  update: z
    .strictObject({ type: typeOf('update', 'Changes one document a request.'), ...load, data_size, filter })
    .meta({ id: 'update_job', ...onePace }),
  create_index: z
    .strictObject({ type: typeOf('create_index', 'Creates indexes.'), ...once, indexes })
    .meta({ id: 'create_index_job', ...oneNameForSchema }),
  drop_collection: z
    .strictObject({ type: typeOf('drop_collection', 'Removes the collection with all its documents.'), ...once })
    .meta({ id: 'drop_collection_job', ...oneNameForSchema }),
  sleep: z
    .strictObject({
      type: typeOf('sleep', 'Waits.'),
      name,
      duration: required(positiveDuration, { description: 'How long to wait.', examples: ['5s'] }),
    })
    .meta({ id: 'sleep_job' }),
} satisfies Record<JobType, z.ZodObject>;

function typeOf<Type extends JobType>(type: Type, description: string): z.ZodLiteral<Type> {
  return required(z.literal(type), { description });
}

export const jobSchema = z
  .discriminatedUnion('type', [
    JOBS.read,
    JOBS.write,
    JOBS.bulk_write,
    JOBS.update,
    JOBS.create_index,
    JOBS.drop_collection,
    JOBS.sleep,
  ])
  .meta({ id: 'job', description: 'One job: its `type` decides which other fields it can have.' });

/** Takes the fields of every type: what is left to check of a job whose type is wrong. */
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

/** A job as the file gives it. */
export type JobEntry = z.infer<typeof jobSchema>;

/** A job that sends requests, with the fields of all types: those of other types are absent. */
export type RequestJobEntry = Omit<z.infer<typeof untypedJobSchema>, 'type'> & { type: RequestType };

/** Names of the fields that a job of this type can have. */
export function fieldsOfJob(type: JobType): readonly string[] {
  return Object.keys(JOBS[type].shape);
}
