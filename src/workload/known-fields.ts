import { isJobType } from './entries.ts';
import { indexSchema } from './features/request.ts';
import type { Path } from './diagnostics.ts';
import { agentSchema } from './features/agent.ts';
import { CUSTOM_METRIC_FIELDS } from './features/custom-metrics.ts';
import { WEIGHTED_SIZE_FIELDS } from './features/data-size.ts';
import { documentSchema } from './features/schemas.ts';
import { feederSchema } from './features/feeders/schema.ts';
import { abortWhenSchema, waitForSchema } from './features/gates.ts';
import { grafanaSchema } from './features/grafana.ts';
import { HTTP_FIELDS } from './features/http/schema.ts';
import { JOB_FIELDS, stageSchema } from './features/job/fields.ts';
import { fieldsOfJob, parallelSchema } from './features/job/schema.ts';
import { KEYS_FIELDS } from './features/keys.ts';
import { EXPECT_FIELDS } from './features/expect.ts';
import { TRANSACTION_FIELDS } from './features/scenario/schema.ts';
import { STEP_FIELDS } from './features/scenario/step-schema.ts';
import { THINK_TIME_FIELDS } from './features/think-time.ts';
import { MIXED_FIELDS } from './features/mixed.ts';
import { pushTargetSchema } from './features/push-targets/push-target.ts';
import { REQUESTS_FROM_FIELDS } from './features/requests-from/schema.ts';
import { parameterSchema } from './features/parameters.ts';
import { STREAM_FIELDS } from './features/stream.ts';
import { sourceSchema } from './features/sources.ts';
import { THRESHOLD_FIELDS } from './features/thresholds/schema.ts';
import { userStageSchema } from './features/users.ts';
import { workloadSchema } from './schema.ts';

const ALL_JOB_FIELDS: readonly string[] = ['type', ...Object.keys(JOB_FIELDS)];
const JOB_HOLDERS: ReadonlySet<unknown> = new Set(['jobs', 'parallel']);

/**
 * Field names of objects that have only these, by the key that holds the object or the list of objects. Two keys take
 * precedence.
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ...HTTP_FIELDS,
  workload: Object.keys(workloadSchema.shape),
  agent: Object.keys(agentSchema.shape),
  metrics_export_targets: Object.keys(pushTargetSchema.shape),
  grafana: Object.keys(grafanaSchema.shape),
  schemas: Object.keys(documentSchema.shape),
  feeders: Object.keys(feederSchema.shape),
  sources: Object.keys(sourceSchema.shape),
  data_size: WEIGHTED_SIZE_FIELDS,
  mixed: MIXED_FIELDS,
  ...STEP_FIELDS,
  transaction: TRANSACTION_FIELDS,
  think_time: THINK_TIME_FIELDS,
  ...EXPECT_FIELDS,
  keys: KEYS_FIELDS,
  stream: STREAM_FIELDS,
  thresholds: THRESHOLD_FIELDS,
  requests_from: REQUESTS_FROM_FIELDS,
  stages: Object.keys(stageSchema.shape),
  users: Object.keys(userStageSchema.shape),
  indexes: Object.keys(indexSchema.shape),
  wait_for: Object.keys(waitForSchema.shape),
  abort_when: Object.keys(abortWhenSchema.shape),
};

/** Fields that the object at `path` may have. `type` is the type of the object if it is a job. */
export function fieldsAt(path: Path, type: unknown): readonly string[] {
  const holder = path.findLast((segment) => typeof segment === 'string');
  if (path[0] === 'parameters' && path.length === 2) return Object.keys(parameterSchema.shape);
  if (path[0] === 'custom_metrics' && path.length === 2) return CUSTOM_METRIC_FIELDS;
  if (!JOB_HOLDERS.has(holder)) return FIELDS[path.slice(-2).join('.')] ?? FIELDS[holder ?? 'workload'] ?? [];
  if (isJobType(type)) return fieldsOfJob(type);
  return holder === 'jobs' ? [...ALL_JOB_FIELDS, ...Object.keys(parallelSchema.shape)] : ALL_JOB_FIELDS;
}

/** Whether a field exists only for other job types than that of the job at `path`. */
export function isOtherJobField(path: Path, field: string): boolean {
  return JOB_HOLDERS.has(path.findLast((segment) => typeof segment === 'string')) && ALL_JOB_FIELDS.includes(field);
}

/** Other objects with a field of this name, as a phrase ("a job", "`agent`"); `undefined` if none. */
export function ownersOfField(field: string): string | undefined {
  if (ALL_JOB_FIELDS.includes(field)) return 'a job';
  const holder = Object.keys(FIELDS).find((name) => FIELDS[name]?.includes(field));
  return holder === 'workload' ? 'the workload itself' : holder && `\`${holder}\``;
}

/** Fields by their names in other load testers, in lower case without underscores. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  baseurl: 'connection_string',
  clients: 'connections',
  concurrency: 'connections',
  host: 'connection_string',
  hosts: 'connection_string',
  iterations: 'operations',
  maxvus: 'connections',
  qps: 'pace',
  rate: 'pace',
  requests: 'operations',
  rps: 'pace',
  scenarios: 'jobs',
  throughput: 'pace',
  uri: 'connection_string',
  url: 'connection_string',
  vus: 'connections',
  workers: 'connections',
};

/** Field that corresponds to a name of another load tester. */
export function canonicalField(word: string): string | undefined {
  const plain = word.toLowerCase().replaceAll(/[-_]/g, '');
  return Object.hasOwn(OTHER_WORDS, plain) ? OTHER_WORDS[plain] : undefined;
}
