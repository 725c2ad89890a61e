import { z } from 'zod';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { DEFAULTS } from '../defaults.ts';
import { optional, required, duration, positiveDuration, text } from '../values.ts';
import { MIXABLE_TYPES } from './mixed.ts';

const { threshold: defaults } = DEFAULTS;
const AMOUNT = { error: `must hold at most ${WORKLOAD_LIMITS.thresholds} thresholds: each is three series` };

const ABORT = {
  abort_on_fail: optional(z.boolean(), {
    description: 'Stop the run as soon as this threshold fails.',
    default: defaults.abort_on_fail,
    examples: [true],
  }),
  delay: optional(duration, {
    description: 'Minimum duration of measured load before the run can be stopped.',
    default: defaults.delay,
    examples: ['10s'],
  }),
};
const check = required(text, {
  description: 'Expression that must be true: see [Thresholds](ci.md#thresholds).',
  examples: ['p(99) < 200ms', 'error_rate < 1%'],
});

const thresholdSchema = z
  .strictObject({
    check,
    type: optional(z.enum(MIXABLE_TYPES), {
      description: 'Type of the requests to check, in a mixed job.',
      without: 'all types combined',
      examples: ['read'],
    }),
    ...ABORT,
  })
  .meta({ id: 'threshold', description: 'A threshold of a job.' });

const workloadThresholdSchema = z
  .strictObject({
    check,
    job: optional(text, {
      description: 'Name of the job to check; jobs with the same name are combined.',
      without: 'all jobs combined',
      examples: ['reads'],
    }),
    type: optional(z.enum(MIXABLE_TYPES), {
      description: 'Type of the requests to check.',
      without: 'all types combined',
      examples: ['read'],
    }),
    ...ABORT,
  })
  .meta({ id: 'workload_threshold', description: 'A threshold of one job or of all jobs combined.' });

const queryThresholdSchema = z
  .strictObject({
    prometheus: required(text, {
      description:
        'Base URL of a Prometheus-compatible server, http or https, without `/api/v1/query`. May contain `${ENV_NAME}`.',
      examples: ['http://prometheus:9090'],
    }),
    query: required(text, {
      description: 'PromQL query, evaluated after the run when all metrics are delivered.',
      examples: ['max_over_time(cpu_busy[1m])'],
    }),
    expect: required(text, {
      description: 'Condition on every series of the result: an operator and a number. An empty result is a failure.',
      examples: ['< 0.8'],
    }),
    timeout: optional(positiveDuration, {
      description: 'Timeout of the query.',
      default: defaults.timeout,
      examples: ['30s'],
    }),
  })
  .meta({ id: 'query_threshold', description: 'A threshold on the result of a PromQL query.' });

const FORMS = 'must be text such as "p(99) < 200ms", or an object';

/** Thresholds of a job. */
export const jobThresholdsSchema = z
  .array(z.union([text, thresholdSchema], { error: FORMS }))
  .max(WORKLOAD_LIMITS.thresholds, AMOUNT);

/** Thresholds of the workload. */
export const workloadThresholdsSchema = z
  .array(z.union([text, workloadThresholdSchema, queryThresholdSchema], { error: FORMS }))
  .max(WORKLOAD_LIMITS.thresholds, AMOUNT);

/** A threshold on a query result, before defaults. */
export type QueryThresholdEntry = z.infer<typeof queryThresholdSchema>;

/** A threshold on recorded metrics, before defaults. */
export type ThresholdEntry = string | z.infer<typeof workloadThresholdSchema>;

/** Field names of all kinds of thresholds. */
export const THRESHOLD_FIELDS: readonly string[] = [
  ...new Set([...Object.keys(workloadThresholdSchema.shape), ...Object.keys(queryThresholdSchema.shape)]),
];
