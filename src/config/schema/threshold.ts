import { z } from 'zod';
import { BOUNDS } from '../../core/bounds.ts';
import { DEFAULTS } from '../defaults.ts';
import { optional, required } from './field.ts';
import { MIXABLE_TYPES } from './mixed.ts';
import { duration, positiveDuration, text } from './values.ts';

const { threshold: defaults } = DEFAULTS;
const AMOUNT = { error: `must hold at most ${BOUNDS.thresholds} thresholds: each is three series` };

const ABORT = {
  abort_on_fail: optional(z.boolean(), {
    description: 'Whether the run is stopped as soon as this does not hold.',
    default: defaults.abort_on_fail,
    examples: [true],
  }),
  delay: optional(duration, {
    description: 'Measured load before which it stops no run.',
    default: defaults.delay,
    examples: ['10s'],
  }),
};
const check = required(text, {
  description: 'What must hold: see [Thresholds](ci.md#thresholds).',
  examples: ['p(99) < 200ms', 'error_rate < 1%'],
});

const thresholdSchema = z
  .strictObject({
    check,
    type: optional(z.enum(MIXABLE_TYPES), {
      description: 'Of a mixed job, the requests that it is about.',
      without: 'all of them together',
      examples: ['read'],
    }),
    ...ABORT,
  })
  .meta({ id: 'threshold', description: 'A threshold of a job.' });

const workloadThresholdSchema = z
  .strictObject({
    check,
    job: optional(text, {
      description: 'Name of the job that it is about; jobs that share it count together.',
      without: 'all jobs together',
      examples: ['reads'],
    }),
    type: optional(z.enum(MIXABLE_TYPES), {
      description: 'The requests that it is about.',
      without: 'those of all types together',
      examples: ['read'],
    }),
    ...ABORT,
  })
  .meta({ id: 'workload_threshold', description: 'A threshold of one job or of all together.' });

const queryThresholdSchema = z
  .strictObject({
    prometheus: required(text, {
      description:
        'A Prometheus-compatible server: the http or https URL that `/api/v1/query` stands under. May hold `${ENV_NAME}`.',
      examples: ['http://prometheus:9090'],
    }),
    query: required(text, {
      description: 'What it is asked once the run is over and its metrics are delivered.',
      examples: ['max_over_time(cpu_busy[1m])'],
    }),
    expect: required(text, {
      description: 'What the answer must be, every series of it: an operator and a number. No answer is a failure.',
      examples: ['< 0.8'],
    }),
    timeout: optional(positiveDuration, {
      description: 'How long it may take to answer.',
      default: defaults.timeout,
      examples: ['30s'],
    }),
  })
  .meta({ id: 'query_threshold', description: 'A threshold on what a server has measured.' });

const FORMS = 'must be text such as "p(99) < 200ms", or an object';

/** Thresholds of a job. */
export const jobThresholdsSchema = z
  .array(z.union([text, thresholdSchema], { error: FORMS }))
  .max(BOUNDS.thresholds, AMOUNT);

/** Thresholds of the workload. */
export const workloadThresholdsSchema = z
  .array(z.union([text, workloadThresholdSchema, queryThresholdSchema], { error: FORMS }))
  .max(BOUNDS.thresholds, AMOUNT);

/** A threshold on a query result, before defaults. */
export type QueryThresholdEntry = z.infer<typeof queryThresholdSchema>;

/** A threshold on recorded metrics, before defaults. */
export type ThresholdEntry = string | z.infer<typeof workloadThresholdSchema>;

/** Field names of all kinds of thresholds. */
export const THRESHOLD_FIELDS: readonly string[] = [
  ...new Set([...Object.keys(workloadThresholdSchema.shape), ...Object.keys(queryThresholdSchema.shape)]),
];
