import { phasesField } from './features/phases.ts';
import { z } from 'zod';
import { DRIVERS } from '../driver-catalog.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { DEFAULTS } from './defaults.ts';
import { agentSchema } from './features/agent.ts';
import { connectionText } from './features/connection-string.ts';
import { customMetricsField } from './features/custom-metrics.ts';
import { functionsField } from './features/functions.ts';
import { driverOptionsField, driversField } from './features/drivers.ts';
import { documentSchema } from './features/schemas.ts';
import { feederSchema } from './features/feeders/schema.ts';
import { optional, required, integer, positive, text } from './values.ts';
import { abortWhenField } from './features/gates.ts';
import { environmentsField, includeField } from './features/composition.ts';
import { parametersField } from './features/parameters.ts';
import { targetsField } from './features/http/hosts.ts';
import { httpSchema } from './features/http/schema.ts';
import { jobSchema, parallelSchema } from './features/job/schema.ts';
import { sourceSchema } from './features/sources.ts';
import { workloadThresholdsSchema } from './features/thresholds/schema.ts';

const bucketBounds = z
  .array(positive('seconds'))
  .min(1, { error: 'must hold at least one bound' })
  .max(200, { error: 'must hold at most 200 bounds: each is a series' })
  .refine((bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)), {
    error: 'must ascend: each bound above the one before',
  });

/** Message for a file without jobs; `start-agent` accepts a file with `agent` only. */
const WITHOUT_JOBS =
  'is missing\nlist the jobs to run; a file with `agent` only is for loadbot-agent start-agent -f FILE';

const jobList = z
  .array(z.union([jobSchema, parallelSchema]), {
    error: ({ input }) => (input === undefined ? WITHOUT_JOBS : undefined),
  })
  .min(1, { error: 'must hold at least one job' });

/** Schemes of databases, one for each driver. */
const DATABASES = Object.values(DRIVERS).flatMap(({ requestLanguage, schemes: [scheme] }) =>
  requestLanguage === 'http' ? [] : [scheme.slice(0, -1)],
);

/** Schema of the workload file: the single source of validation, documentation and JSON Schema. */
export const workloadSchema = z
  .strictObject({
    $schema: optional(z.string(), {
      description: 'Path or URL of the JSON Schema of this file, for editors.',
      without: 'none',
      examples: ['./workload.schema.json'],
    }),
    name: optional(text, {
      description: 'Name of the workload.',
      without: "the file's name without its extension, or `stdin`",
      examples: ['checkout'],
    }),
    include: includeField,
    environments: environmentsField,
    parameters: parametersField,
    connection_string: optional(connectionText, {
      description: `The target: an http or https URL with an optional base path, \`embedded:\` for the built-in store, or the URL of a database: ${DATABASES.join(', ')}. Credentials in an http URL become a header. May contain \`\${ENV_NAME}\`.`,
      without: '`--connection_string` must be given',
      examples: ['http://127.0.0.1:8080'],
    }),
    functions: functionsField,
    drivers: driversField,
    driver_options: driverOptionsField('Settings of the driver of the target, for all jobs.', 'none'),
    agent: optional(agentSchema, {
      description: 'Name of the agent and export of its metrics.',
      without: 'all defaults',
      examples: [{ name: '186.12.9.19' }],
    }),
    jobs: required(jobList, {
      description: 'Jobs in sequence; `{ "parallel": [...] }` runs several concurrently.',
      examples: [[{ type: 'write', collection: 'users', duration: '30s' }]],
    }),
    schemas: optional(z.array(documentSchema), {
      description: 'Document templates, which jobs refer to by name.',
      default: [],
      examples: [[{ name: 'user', collection: 'users', schema: { _id: '#id', name: '#string' } }]],
    }),
    feeders: optional(z.array(feederSchema), {
      description: 'Files whose rows fill template tags: `#name.column`.',
      default: [],
      examples: [[{ name: 'users', file: 'users.csv' }]],
    }),
    custom_metrics: customMetricsField,
    thresholds: optional(workloadThresholdsSchema, {
      description:
        'Pass criteria of the run, which exits with 99 if one fails: text or [workload_threshold](#workload-threshold) about jobs and sources, [query_threshold](#query-threshold) about the result of a PromQL query. See [Thresholds](ci.md#thresholds).',
      default: [],
      examples: [['error_rate < 1%', { check: 'p(99) < 200ms', job: 'reads' }]],
    }),
    sources: optional(z.array(sourceSchema), {
      description: 'Metrics of the system under test, read while the load runs: see [sources](sources.md).',
      default: [],
      examples: [[{ name: 'mysql-agent', url: 'http://127.0.0.1:8080/metrics', profile: 'moco' }]],
    }),
    phases: phasesField,
    abort_when: optional(abortWhenField, {
      description:
        'Abort condition: ends the run with 99 when true while the load of any job runs; a condition on the sources, or [abort_when](#abort-when). See [Gates](sources.md#gates).',
      without: 'nothing',
      examples: [
        'increase(databasus_backups_total{status="failed"}[run]) > 0',
        { condition: 'node_load1 > 8', for: '10s' },
      ],
    }),
    targets: targetsField,
    http: optional(httpSchema, {
      description: 'HTTP settings of all jobs.',
      without: 'all defaults',
      examples: [{ headers: { 'x-tenant': 'acme' } }],
    }),
    threads: optional(integer(1, WORKLOAD_LIMITS.threads), {
      description: 'Threads that generate load, 1 to 64.',
      default: DEFAULTS.threads,
      examples: [2],
    }),
    seed: optional(integer(0, 2 ** 32 - 1), {
      description:
        'Seed of all generated data and random arrivals, 0 to 4294967295: the same seed produces the same requests and the same `#id`s.',
      without: 'a random seed, shown in the summary and the result',
      examples: [42],
    }),
    buckets: optional(bucketBounds, {
      description: "Upper bounds of the duration histograms' buckets, in seconds, ascending, above 0; +Inf is added.",
      default: DEFAULTS.buckets,
      examples: [[0.01, 0.1, 1]],
    }),
    reporting_formats: optional(z.array(z.record(z.string(), z.unknown())), {
      description:
        'Accepted for compatibility with files of the original loadbot; has no effect: use `--report` and `--log-format json`.',
      default: [],
      examples: [[{ name: 'simple', interval: '5s', template: '{{.Rps}}' }]],
      deprecated: true,
    }),
    debug: optional(z.boolean(), {
      description: 'Accepted for compatibility with files of the original loadbot; has no effect.',
      default: false,
      deprecated: true,
    }),
  })
  .meta({ title: 'loadbot-agent workload', description: 'A load-testing workload: a target and the jobs to run.' });

/** A valid workload file, before defaults. */
export type WorkloadFile = z.infer<typeof workloadSchema>;
