import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, integer, size, text } from '../values.ts';
import { httpSchema } from './http.ts';
import { keysSchema } from './keys.ts';

const { job } = DEFAULTS;

const COMMAND_FORMS = 'must be text, a list of words, or an object';

/** Fields that define a request, of a job or of an operation of a mixed job. */
export const REQUEST_FIELDS = {
  data_size: optional(size, {
    description:
      'Size of each document in bytes, reached by padding, 0 to 256 MiB; or with a unit: "1KB" is 1000, "1KiB" is 1024. On MongoDB without a schema, the length of the field `data`: see [MongoDB](targets.md#mongodb).',
    default: job.data_size,
    examples: [200, '1KiB'],
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
    default: job.keys,
    examples: ['zipfian', { distribution: 'hotspot', hot_keys: 0.1, hot_operations: 0.9 }],
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
        'Command to send, for Redis (text or a list of words) or MongoDB (an object); may contain template tags.',
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
