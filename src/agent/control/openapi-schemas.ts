import type { Json } from '../../shared/json.ts';

/** Schemas of the control API: JSON Schema 2020-12. An object may have more fields than are listed. */

const text = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const list = (items: Json): Json => ({ type: 'array', items });
const record = (values: Json): Json => ({ type: 'object', additionalProperties: values });
const orNull = (type: string): Json => ({ type: [type, 'null'] });
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const nullable = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] });

/** An object whose listed fields are all present, but for the named ones. */
function object(properties: Readonly<Record<string, Json>>, optional: readonly string[] = []): Json {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

const PERCENTILES = Object.fromEntries(
  ['p50', 'p75', 'p90', 'p95', 'p99', 'p99_9', 'p99_99'].map((name) => [name, orNull('number')]),
);

export const SCHEMAS = {
  Error: object({ error: text, hint: text, problems: list(ref('Problem')) }, ['hint', 'problems']),
  Problem: object({ message: text, path: text, file: text, hint: text }, ['path', 'file', 'hint']),
  Health: object({ status: text }),
  Debug: object({ debug: flag }),
  Workload: {
    ...(object({ text, source: text, files: record(text), param: list(text), environment: text }, [
      'text',
      'source',
      'files',
      'param',
      'environment',
    ]) as object),
    description: 'Text of a workload file, its path, the texts of its includes by path, parameters as NAME=VALUE.',
  },
  Config: object({ text, source: text }),
  Configured: object({ source: text }),
  Latencies: object({
    count: integer,
    sum_seconds: number,
    mean_seconds: orNull('number'),
    max_seconds: orNull('number'),
    percentiles_seconds: object(PERCENTILES),
  }),
  Job: object({
    name: text,
    uuid: text,
    type: text,
    step: orNull('string'),
    status: { enum: ['pending', 'warm_up', 'in_progress', 'completed', 'failed', 'canceled'] },
    limits: object({ duration_seconds: orNull('number'), operations: orNull('number') }),
    elapsed_seconds: number,
    paused_seconds: number,
    started: integer,
    requests: integer,
    ok: integer,
    miss: integer,
    errors: integer,
    errors_by_class: record(integer),
    errors_by_detail: record(integer),
    failed_checks: record(integer),
    responses_by_status: nullable(record(integer)),
    aborted: integer,
    in_flight: integer,
    skipped: integer,
    retries: integer,
    sent_bytes: integer,
    received_bytes: integer,
    rate: orNull('number'),
    service_time: ref('Latencies'),
    response_time: nullable(ref('Latencies')),
    warm_up: nullable({ type: 'object' }),
  }),
  Threshold: object({
    kind: text,
    job: orNull('string'),
    threshold: text,
    metric: text,
    unit: text,
    operator: text,
    limit: number,
    value: orNull('number'),
    ok: flag,
    reason: orNull('string'),
    decided: flag,
  }),
  Change: object({
    time: { type: 'string', format: 'date-time' },
    at_seconds: number,
    kind: { enum: ['pause', 'resume', 'pace', 'connections'] },
    job: orNull('string'),
    from: orNull('number'),
    to: orNull('number'),
    by: { enum: ['command', 'page', 'api'] },
  }),
  Stop: {
    ...(object({ drain_seconds: number }, ['drain_seconds']) as object),
    description: 'Time for requests in flight; 0 aborts them. Absent: the drain time of each job.',
  },
  Pace: {
    ...(object({ job: text, rate: number, factor: number }, ['job', 'rate', 'factor']) as object),
    description: 'Either rate, in requests per second, or factor. job: its name; absent: the running ones with a pace.',
  },
  Connections: object({ job: text, connections: integer }, ['job']),
  Finding: object({ signal: text, severity: text, job: orNull('string'), hint: text }),
  Validity: object({ valid: flag, findings: list(ref('Finding')) }),
  LastRun: object({
    run_id: text,
    workload: text,
    end: text,
    reason: orNull('string'),
    ended_at: { type: 'string', format: 'date-time' },
    verdict: text,
    exit_status: integer,
    valid: flag,
    thresholds: integer,
    thresholds_failed: integer,
    requests: integer,
    errors: integer,
  }),
  Status: object({
    kind: { const: 'loadbot_status' },
    schema_version: { const: 1 },
    run_id: orNull('string'),
    workload: orNull('string'),
    agent: text,
    target: orNull('string'),
    state: { enum: ['idle', 'running', 'paused', 'stopping'] },
    started_at: orNull('string'),
    elapsed_seconds: number,
    agents: list(object({ name: text, host: text, requests: integer, errors: integer })),
    jobs: list(ref('Job')),
    changes: list(ref('Change')),
    failures: list(object({ job: text, job_uuid: text, class: text, message: text })),
    thresholds: list(ref('Threshold')),
    waits: list({ type: 'object' }),
    validity: nullable(ref('Validity')),
    verdict: orNull('string'),
    exit_status: orNull('integer'),
    last_run: nullable(ref('LastRun')),
  }),
  Runs: object({ runs: list(ref('PastRun')) }),
  PastRun: object({
    run_id: text,
    workload: text,
    agent: text,
    target: text,
    started_at: text,
    ended_at: text,
    elapsed_seconds: number,
    end: text,
    partial: flag,
    interrupted: flag,
    verdict: orNull('string'),
    exit_status: orNull('integer'),
    valid: flag,
    requests: integer,
    errors: integer,
    rate: orNull('number'),
    p99_seconds: orNull('number'),
    file: orNull('string'),
    bytes: integer,
  }),
  Result: {
    type: 'object',
    description: 'The result file, as run --out writes it.',
    properties: { kind: { const: 'loadbot_result' }, run_id: text, jobs: list({ type: 'object' }) },
    required: ['kind', 'run_id', 'jobs'],
  },
} as const satisfies Readonly<Record<string, Json>>;
