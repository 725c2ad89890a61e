import { indexSchema, REQUEST_FIELDS } from '../request.ts';
import { z } from 'zod';
import { DEFAULTS } from '../../defaults.ts';
import { optional, required, duration, durationUpTo, integer, integerFrom, limit, rate, text } from '../../values.ts';
import { driverOptionsField } from '../drivers.ts';
import { reconnectField } from './reconnect.ts';
import { abortWhenField, waitForField } from '../gates.ts';
import { requestsFromSchema } from '../requests-from/schema.ts';
import { userStageSchema } from '../users.ts';
import { mixedSchema } from '../mixed.ts';
import { SCENARIO_FIELDS } from '../scenario/schema.ts';
import { thinkTime } from '../think-time.ts';
import { jobThresholdsSchema } from '../thresholds/schema.ts';

/** Upper bound of the precision of paced requests, in milliseconds. */
const MAX_PRECISION_MS = 100;

const { job } = DEFAULTS;

export const stageSchema = z
  .strictObject({
    duration: required(duration, {
      description: 'Duration of the ramp; "0s" is a step.',
      examples: ['10s'],
    }),
    pace: required(rate, {
      description: 'Requests per second at the end of the stage, 0 or more.',
      examples: [500, '30000/m'],
    }),
    from: optional(rate, {
      description: 'Requests per second at the start of the stage, 0 or more.',
      without: "the previous stage's `pace`, 0 for the first",
      examples: [100],
    }),
  })
  .meta({ id: 'stage', description: 'A section of a rate curve: a linear ramp to `pace`.' });

const MIXED_NOTES = {
  description:
    'Operations by weight: `{ "read": 95, "update": 5 }`, or a list of operations with separate settings. `data_size`, `batch_size`, `filter`, `keys`, `scan_length`, `read_first` and `http` of the job are the defaults of operations.',
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
    description: 'Name of the job: label `job` of its metrics. Need not be unique.',
    without: 'the type, with a number if already used',
    examples: ['workload 1'],
  }),
  schema: optional(text, {
    description: 'Name of the entry of `schemas` with the template and location of documents.',
    without: 'documents have an `_id`, and `data` when `data_size` is given or on MongoDB',
    examples: ['user'],
  }),
  template: optional(text, {
    description: 'Alias of `schema`.',
    without: 'given as `schema`',
    examples: ['user'],
  }),
  database: optional(text, {
    description: 'Database. Not used over HTTP.',
    without: "the schema's",
    examples: ['load_test'],
  }),
  collection: optional(text, {
    description: 'Collection, table or resource; over HTTP the first part of the path.',
    without: "the schema's",
    examples: ['users'],
  }),
  connections: optional(integer(1, 100_000), {
    description: 'Number of workers, each with a separate connection, 1 to 100000.',
    default: job.connections,
    examples: [50],
  }),
  users: optional(
    z
      .array(userStageSchema, { error: 'must be a list of stages\nfor a fixed number of users, use `connections`' })
      .min(1, { error: 'must hold at least one stage' }),
    {
      description:
        'A ramp of users of an unpaced job: workers start and retire by the clock, and one that retires finishes its request. Begins with 0 users; with a longer `duration` the last number continues. Their highest number is `connections`. Not together with `pace` and `stages`.',
      without: 'all `connections` work from the start to the end',
      examples: [[{ duration: '30s', users: 50 }]],
    },
  ),
  operations_per_user: optional(integer(1, 1_000_000_000), {
    description:
      'Number of requests, or iterations of a scenario, of each worker. Not together with `operations`, `users` and `warm_up`.',
    without: 'no limit',
    examples: [10],
  }),
  start_after: optional(duration, {
    description:
      'Delay of the start of a job in a `parallel` group, from the start of the first job in the group that has none. With `wait_for`, both are waited for.',
    default: job.start_after,
    examples: ['10s'],
  }),
  operations: optional(integerFrom(0), {
    description:
      'Number of requests to send; 0 means unlimited. With `duration`, the first limit reached ends the job.',
    without: 'no limit',
    examples: [10_000],
  }),
  duration: optional(limit, {
    description:
      'Duration of the measured load, after the warm-up; 0 means unlimited. With `operations`, the first limit reached ends the job.',
    without: 'without `operations`, the total of `stages`; else unlimited',
    examples: ['30s', '1h30m'],
  }),
  timeout: optional(limit, {
    description: 'Timeout of one request, up to the last byte of its response; 0 means the default.',
    default: job.timeout,
    examples: ['1s'],
  }),
  reconnect: reconnectField,
  drain: optional(duration, {
    description: 'Graceful stop: time for requests in flight to finish after the end of the job; the rest is aborted.',
    default: job.drain,
    examples: ['10s'],
  }),
  pace: optional(rate, {
    description:
      'Requests per second of the whole job, fractions allowed; or with a unit: "500/s", "30000/m", "1000/h"; 0 means unlimited. Not together with `stages`.',
    without: 'as fast as possible',
    examples: [500, '30000/m'],
  }),
  precision: optional(durationUpTo(MAX_PRECISION_MS), {
    description:
      'Paced requests that fall due within this time start together, so that a thread wakes once for all of them: up to this much later than scheduled, never earlier. Response times count from the scheduled start in any case. From `1ms` on, no further thread is needed, which takes less CPU time. Up to `100ms`; `0s`: each starts on its own.',
    default: job.precision,
    examples: ['1ms'],
  }),
  stages: optional(z.array(stageSchema).min(1, { error: 'must hold at least one stage' }), {
    description:
      'A rate curve: ramps in sequence. With a longer `duration` the last pace continues. Not together with `pace`.',
    without: 'a constant pace, or none',
    examples: [[{ duration: '10s', pace: 500 }]],
  }),
  arrival: optional(z.enum(['even', 'poisson']), {
    description: 'Arrival process of paced requests: `even`, or `poisson` for random arrivals with the same mean rate.',
    default: job.arrival,
    examples: ['poisson'],
  }),
  overload: optional(z.enum(['queue', 'skip']), {
    description:
      'Paced requests that are due while all workers are busy: `queue` sends them late and includes the wait in the response time, `skip` drops and counts them.',
    default: job.overload,
    examples: ['skip'],
  }),
  warm_up: optional(duration, {
    description: 'Load before the measurement: counted separately, not included in results and limits.',
    default: job.warm_up,
    examples: ['5s'],
  }),
  think_time: optional(thinkTime, {
    description:
      'Pause of a worker between a response and the next request, of a user between two iterations: a duration, or a distribution.',
    default: job.think_time,
    examples: ['100ms', { uniform: ['1s', '10s'] }],
  }),
  ...REQUEST_FIELDS,
  driver_options: driverOptionsField(
    "Overrides the workload's `driver_options`, field by field.",
    "the workload's `driver_options`",
  ),
  trace: optional(z.boolean(), {
    description:
      'Send a `traceparent` header with each request and link exemplars of the duration buckets to its trace. HTTP only.',
    default: job.trace,
    examples: [true],
  }),
  first_byte: optional(z.boolean(), {
    description:
      'Record the time from sending each request to the first byte of its response: `requests_first_byte_seconds`, see [Time to first byte](metrics.md#time-to-first-byte). HTTP only.',
    default: job.first_byte,
    examples: [true],
  }),
  mixed: optional(mixedSchema, { ...MIXED_NOTES, without: '`requests_from`' }),
  requests_from: optional(requestsFromSchema, {
    description:
      'File whose requests the job sends, instead of operations of its own: see [Requests from a file](http.md#requests-from-a-file). HTTP only. Not together with `mixed`.',
    without: '`mixed`',
    examples: [{ file: 'access.log', speed: 1 }],
  }),
  ...SCENARIO_FIELDS,
  steps: optional(SCENARIO_FIELDS.steps, {
    description: 'Steps of a scenario.',
    without: 'required in a scenario',
    examples: [[{ name: 'home', http: { path: '/' } }]],
  }),
  thresholds: optional(jobThresholdsSchema, {
    description: 'Pass criteria of the run, which exits with 99 if one fails: see [Thresholds](ci.md#thresholds).',
    default: [],
    examples: [['p(99) < 200ms', 'error_rate < 1%']],
  }),
  wait_for: optional(waitForField, {
    description:
      'Start condition of the job: a condition on the sources, or [wait_for](#wait-for). The job opens no connections before. See [Gates](sources.md#gates).',
    without: 'the job starts immediately',
    examples: [
      'moco_agent_dump_backup_in_progress == 0',
      { condition: 'databasus_backups_in_progress == 0', timeout: '30m', for: '10s' },
    ],
  }),
  abort_when: optional(abortWhenField, {
    description:
      "Abort condition: ends the run with 99 when true while the job's load runs; a condition on the sources, or [abort_when](#abort-when). See [Gates](sources.md#gates).",
    without: 'nothing',
    examples: ['increase(moco_agent_dump_backup_failure_count[run]) > 0', { condition: 'node_load1 > 8', for: '10s' }],
  }),
  indexes: optional(z.array(indexSchema).min(1, { error: 'must hold at least one index' }), {
    description: 'Indexes to create.',
    without: 'none',
    examples: [[{ keys: { name: 1 } }]],
  }),
  format: optional(z.string(), {
    description: 'Accepted for compatibility with files of the original loadbot; has no effect.',
    without: 'nothing',
    examples: ['simple'],
    deprecated: true,
  }),
};
