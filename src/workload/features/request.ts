import { dataSizeSchema } from './data-size.ts';
import { planKeys, keysSchema } from './keys.ts';
import { required, optional, integer, parseSize, size, text } from '../values.ts';
import { planStream, streamField } from './stream.ts';
import { expectField, planExpect } from './expect.ts';
import { type capturesSchema, planCaptures } from './scenario/capture.ts';
import { z } from 'zod';
import type { OperationPlan } from '../../plan/plan.ts';
import type { HttpOptions } from '../../plan/target.ts';
import type { Json } from '../../shared/json.ts';
import { templateOf, type DocumentEntry } from './schemas.ts';
import { savedFieldsOf } from './template-tags.ts';
import { DEFAULTS } from '../defaults.ts';
import { httpSchema } from './http/schema.ts';
import type { IntegerDistribution } from '../../shared/distribution.ts';
import { distributionOf } from './distribution.ts';

/** Maximum number of documents of a scan. */
const MAX_SCAN_LENGTH = 10_000;
const SCAN_FORMS = `must be a whole number from 1 to ${MAX_SCAN_LENGTH}, or a distribution such as { "uniform": [1, 100] }`;

const scanLength = integer(1, MAX_SCAN_LENGTH);

/** Number of documents that a scan reads. */
const scanLengthSchema = z.union(
  [
    scanLength.transform((value): IntegerDistribution => ({ kind: 'constant', value })),
    distributionOf(scanLength, {
      id: 'distribution',
      description: 'Distribution of a whole number. It has one of these fields, with the lower and the upper bound.',
      example: [1, 100],
    }),
  ],
  { error: ({ input }) => (input === undefined ? undefined : SCAN_FORMS) },
);

const { job } = DEFAULTS;
const SCAN_LENGTH = scanLengthSchema.parse(job.scan_length);
const MAX_BODY_BYTES = parseSize(job.max_body);

const COMMAND_FORMS = 'must be text, a list of words, or an object';

/** Fields that define a request, of a job or of an operation of a mixed job. */
export const REQUEST_FIELDS = {
  expect: expectField,
  stream: streamField,
  max_body: optional(size, {
    description: 'Largest body that is kept for `expect` and `capture`; a larger one fails the check.',
    default: job.max_body,
    examples: ['4MiB'],
  }),
  data_size: optional(dataSizeSchema, {
    description:
      'Size of each document in bytes, reached by padding, 0 to 256 MiB; or with a unit: "1KB" is 1000, "1KiB" is 1024; or a [distribution](#size-distribution), or [sizes with weights](#weighted-size). On MongoDB without a schema, the length of the field `data`: see [MongoDB](targets.md#mongodb).',
    default: job.data_size,
    examples: [200, '1KiB', { zipfian: ['1KiB', '64KiB'] }],
  }),
  batch_size: optional(integer(0, 100_000), {
    description: 'Documents per bulk request, up to 100000; 0 means the default.',
    default: job.batch_size,
    examples: [500],
  }),
  filter: optional(z.record(z.string(), z.unknown()), {
    description: 'Search filter, with template tags. `#field` is the value of a field that the schema saves.',
    without: 'the `_id` of a document written earlier',
    examples: [{ name: '#name' }, { age: { $gt: '#int(18,60)' } }],
  }),
  keys: optional(keysSchema, {
    description: 'Selection among the documents written earlier: see [Keys](#keys).',
    without: '`uniform`; for a delete `sequential`, the oldest first',
    examples: ['zipfian', { distribution: 'hotspot', hot_keys: 0.1, hot_operations: 0.9 }],
  }),
  scan_length: optional(scanLengthSchema, {
    description:
      'Documents that a scan reads, 1 to 10000, in the order of their keys: a number, or a [distribution](#distribution).',
    default: job.scan_length,
    examples: [50, { zipfian: [1, 1000] }],
  }),
  read_first: optional(z.boolean(), {
    description: 'Read the document before each update, as one request.',
    default: job.read_first,
    examples: [true],
  }),
  sql: optional(text, {
    description: 'SQL statement to send, for SQL targets; template tags become parameters.',
    without: "the default of the job's type",
    examples: ['SELECT abalance FROM pgbench_accounts WHERE aid = #int(1,500000)'],
  }),
  command: optional(
    z.union([text, z.array(z.unknown()).min(1), z.record(z.string(), z.unknown())], { error: COMMAND_FORMS }),
    {
      description:
        'Command to send, for Redis (text or a list of words) or for MongoDB, gRPC, NATS, WebSocket and Kafka (an object); may contain template tags.',
      without: "the default of the job's type",
      examples: [['GET', 'user:#int(1,1000)'], { ping: 1 }],
    },
  ),
  http: optional(httpSchema, {
    description: "Overrides the workload's `http`, field by field.",
    without: "the workload's `http`",
    examples: [{ path: '/health' }],
  }),
};

export const indexSchema = z
  .strictObject({
    keys: required(z.record(z.string(), z.unknown()), {
      description: 'Fields and their order: 1, -1, or another value that the database supports.',
      examples: [{ name: 1 }],
    }),
    options: optional(z.record(z.string(), z.unknown()), {
      description: 'Options of the database, such as `unique`.',
      without: 'none',
      examples: [{ unique: true }],
    }),
  })
  .meta({ id: 'index', description: 'An index to create.' });

/** The fields of a request, before defaults. */
export type RequestEntry = z.infer<z.ZodObject<typeof REQUEST_FIELDS>>;

type Template = { readonly [key: string]: Json };

/** Inputs of an operation's plan from the rest of the workload. */
export interface OperationContext {
  /** The entry of `schemas` that its job names. */
  readonly schema: DocumentEntry | undefined;
  readonly sizing: OperationPlan['sizing'];
  readonly http: HttpOptions;
}

/** Fields of an operation, as a job or within a mixed one. */
export type OperationFields = RequestEntry & {
  readonly weight?: number | undefined;
  readonly capture?: z.infer<typeof capturesSchema> | undefined;
  readonly indexes?: readonly z.infer<typeof indexSchema>[] | undefined;
};

/** Applies every default to one kind of request. */
export function buildOperation(
  { type, step }: Pick<OperationPlan, 'type' | 'step'>,
  fields: OperationFields,
  { schema, sizing, http }: OperationContext,
): OperationPlan {
  return {
    type,
    step,
    title: undefined,
    transaction: undefined,
    weight: fields.weight ?? 1,
    batchSize: type === 'bulk_write' ? (fields.batch_size ?? job.batch_size) : 1,
    document: (templateOf(schema ?? {}) ?? {}) as Template, // the parsers make nothing but JSON values
    saved: savedFieldsOf(schema),
    filter: fields.filter as Template | undefined,
    keys: planKeys(fields.keys ?? (type === 'delete' ? DEFAULTS.deleteKeys : job.keys)),
    scanLength: fields.scan_length ?? SCAN_LENGTH,
    dataSize: fields.data_size ?? { kind: 'constant', value: job.data_size },
    sizing,
    statement: (fields.sql ?? fields.command) as Json | undefined,
    indexes: (fields.indexes ?? []).map(({ keys, options = {} }) => ({
      keys: keys as Template,
      options: options as Template,
    })),
    readFirst: fields.read_first ?? job.read_first,
    http: fields.expect?.status === undefined ? http : { ...http, expectStatus: fields.expect.status },
    expect: planExpect(fields.expect),
    stream: planStream(fields.stream),
    captures: planCaptures(fields.capture),
    maxBodyBytes: fields.max_body ?? MAX_BODY_BYTES,
  };
}
