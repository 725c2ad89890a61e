import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, required } from './field.ts';
import { abortWhenField, waitForField } from './gate.ts';
import { mixedSchema } from './mixed.ts';
import { REQUEST_FIELDS } from './request-fields.ts';
import { jobThresholdsSchema } from './threshold.ts';
import { duration, integer, integerFrom, limit, rate, text } from './values.ts';

const { job } = DEFAULTS;

export const stageSchema = z
  .strictObject({
    duration: required(duration, {
      description: 'How long the ramp takes; "0s" is a jump.',
      examples: ['10s'],
    }),
    pace: required(rate, { description: 'Requests per second at its end, 0 or more.', examples: [500, '30000/m'] }),
    from: optional(rate, {
      description: 'Requests per second at its beginning, 0 or more.',
      without: "the previous stage's `pace`, 0 for the first",
      examples: [100],
    }),
  })
  .meta({ id: 'stage', description: 'A piece of a rate curve: a linear ramp to `pace`.' });

export const indexSchema = z
  .strictObject({
    keys: required(z.record(z.string(), z.unknown()), {
      description: 'Fields and their order: 1, -1, or what the database knows beyond that.',
      examples: [{ name: 1 }],
    }),
    options: optional(z.record(z.string(), z.unknown()), {
      description: 'Options of the database, such as `unique`.',
      without: 'none',
      examples: [{ unique: true }],
    }),
  })
  .meta({ id: 'index', description: 'An index to create.' });

export const MIXED_NOTES = {
  description:
    'What the workers send, by weight: `{ "read": 95, "update": 5 }`, or a list of operations with settings of their own. `data_size`, `batch_size`, `filter`, `keys`, `read_first` and `http` of the job hold for those that give none.',
  examples: [
    { read: 95, update: 5 },
    [
      { type: 'read', weight: 95 },
      { type: 'update', weight: 5, read_first: true },
    ],
  ],
};

/** All fields of jobs; `job.ts` selects the fields of each type. */
export const JOB_FIELDS = {
  name: optional(text, {
    description: 'Name of the job: the label `job` of its metrics. Two jobs may share one.',
    without: 'the type, numbered where that is taken',
    examples: ['workload 1'],
  }),
  schema: optional(text, {
    description: 'Name of the entry of `schemas` that says what documents look like and where they live.',
    without: 'documents hold an `_id`, and `data` when `data_size` is given or on MongoDB',
    examples: ['user'],
  }),
  template: optional(text, {
    description: 'Another name for `schema`.',
    without: 'given as `schema`',
    examples: ['user'],
  }),
  database: optional(text, {
    description: 'Database. HTTP has none.',
    without: "the schema's",
    examples: ['load_test'],
  }),
  collection: optional(text, {
    description: 'Collection, table or resource; over HTTP the first part of the path.',
    without: "the schema's",
    examples: ['users'],
  }),
  connections: optional(integer(1, 100_000), {
    description: 'Workers, each with its own connection, 1 to 100000.',
    default: job.connections,
    examples: [50],
  }),
  operations: optional(integerFrom(0), {
    description: 'Requests to send; 0 is no limit. With `duration` too, whichever ends first.',
    without: 'no limit',
    examples: [10_000],
  }),
  duration: optional(limit, {
    description:
      'How long to send requests, after the warm-up; 0 is no limit. With `operations` too, whichever ends first.',
    without: 'with `stages` and no `operations`, as long as they take; else no limit',
    examples: ['30s', '1h30m'],
  }),
  timeout: optional(limit, {
    description: 'Total bound on one request, up to the last byte of its response; 0 is the default.',
    default: job.timeout,
    examples: ['1s'],
  }),
  drain: optional(duration, {
    description: 'How long requests under way may take to finish once the job has ended; the rest is cut off.',
    default: job.drain,
    examples: ['10s'],
  }),
  pace: optional(rate, {
    description:
      'Requests per second of the whole job, fractions allowed; or with a unit: "500/s", "30000/m", "1000/h"; 0 is no pace. Not together with `stages`.',
    without: 'as fast as the workers can',
    examples: [500, '30000/m'],
  }),
  stages: optional(z.array(stageSchema).min(1, { error: 'must hold at least one stage' }), {
    description:
      'A rate curve: ramps, one after the other. With a longer `duration` the last pace holds on. Not together with `pace`.',
    without: 'a constant pace, or none',
    examples: [[{ duration: '10s', pace: 500 }]],
  }),
  arrival: optional(z.enum(['even', 'poisson']), {
    description: 'Spacing of paced requests: `even`, or `poisson` for random arrivals of the same mean rate.',
    default: job.arrival,
    examples: ['poisson'],
  }),
  overload: optional(z.enum(['queue', 'skip']), {
    description:
      'What happens to a paced request that is due while every worker is busy: `queue` sends it late and counts the wait into its response time, `skip` leaves it out and counts it.',
    default: job.overload,
    examples: ['skip'],
  }),
  warm_up: optional(duration, {
    description: 'Load before the measurement: counted apart, in no result and no limit.',
    default: job.warm_up,
    examples: ['5s'],
  }),
  think_time: optional(duration, {
    description: 'Pause of a worker between a response and its next request.',
    default: job.think_time,
    examples: ['100ms'],
  }),
  ...REQUEST_FIELDS,
  trace: optional(z.boolean(), {
    description:
      'Whether each request carries a `traceparent` header, so that the exemplars of its duration buckets lead to its trace. HTTP only.',
    default: job.trace,
    examples: [true],
  }),
  mixed: optional(mixedSchema, MIXED_NOTES),
  thresholds: optional(jobThresholdsSchema, {
    description: 'What must hold for the run to pass, or it exits with 99: see [Thresholds](ci.md#thresholds).',
    default: [],
    examples: [['p(99) < 200ms', 'error_rate < 1%']],
  }),
  wait_for: optional(waitForField, {
    description:
      'What must hold before the job starts: a condition on the sources, or [wait_for](#wait-for). Nothing of the job is opened before. See [Gates](sources.md#gates).',
    without: 'nothing is waited for',
    examples: [
      'moco_agent_dump_backup_in_progress == 0',
      { condition: 'databasus_backups_in_progress == 0', timeout: '30m', for: '10s' },
    ],
  }),
  abort_when: optional(abortWhenField, {
    description:
      "What ends the run when it holds while the job's load runs, with 99: a condition on the sources, or [abort_when](#abort-when). See [Gates](sources.md#gates).",
    without: 'nothing',
    examples: ['increase(moco_agent_dump_backup_failure_count[run]) > 0', { condition: 'node_load1 > 8', for: '10s' }],
  }),
  indexes: optional(z.array(indexSchema).min(1, { error: 'must hold at least one index' }), {
    description: 'Indexes to create.',
    without: 'none',
    examples: [[{ keys: { name: 1 } }]],
  }),
  format: optional(z.string(), {
    description: 'Taken so that files of the original loadbot load; has no effect here.',
    without: 'nothing',
    examples: ['simple'],
    deprecated: true,
  }),
};
