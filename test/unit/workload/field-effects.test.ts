import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { httpSchema } from '../../../src/workload/features/http/schema.ts';
import { fieldsOfJob } from '../../../src/workload/features/job/schema.ts';
import { JOB_TYPES, type JobType } from '../../../src/shared/job-type.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { plan } from './planning.ts';

const TARGETS = [
  'http://127.0.0.1:1',
  'https://127.0.0.1:1',
  'embedded:',
  'postgres://h/d',
  'mysql://h/d',
  'mongodb://h/d',
  'redis://h/0',
] as const;
type Target = (typeof TARGETS)[number];

const isHttp = (target: Target): boolean => /^(http|embedded)/.test(target);

/** A value for every field of a job, and other fields that it requires; a new field needs a line here. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  name: 'n',
  schema: 's',
  template: 's',
  database: '1',
  collection: 'd',
  connections: 7,
  operations: 9,
  users: [{ duration: '1s', users: 5 }],
  operations_per_user: 4,
  start_after: '1s',
  timeout: '2s',
  reconnect: 2,
  drain: '3s',
  duration: '4s',
  pace: 6,
  precision: '1ms',
  stages: [{ duration: '1s', pace: 5 }],
  arrival: 'poisson',
  overload: 'skip',
  warm_up: '1s',
  think_time: '1s',
  trace: true,
  first_byte: true,
  stream: 'sse',
  filter: { _id: 'x' },
  keys: 'latest',
  scan_length: 7,
  data_size: 9,
  batch_size: 9,
  read_first: true,
  sql: 'SELECT 2',
  indexes: [{ keys: { b: 1 } }],
  mixed: { read: 2 },
  requests_from: { file: 'x' },
  expect: { duration: '< 1s' },
  max_body: '2MiB',
  steps: [{ name: 'b' }],
  before: [{ name: 'b' }],
  after: [{ name: 'b' }],
  variables: { a: 1 },
  session: 'iteration',
  on_error: 'continue',
  transaction: { retries: 1 },
  thresholds: ['errors < 9'],
  wait_for: 'a == 0',
  abort_when: 'a == 0',
  format: 'simple',
  http: { headers: { a: 'b' } },
  driver_options: { a: 1 },
};

const HTTP_SAMPLES: Readonly<Record<string, unknown>> = {
  method: 'PUT',
  path: '/p',
  headers: { a: 'b' },
  body: 'x',
  form: { a: 'b' },
  multipart: { a: 'b' },
  body_file: 'x',
  compress: 'gzip',
  cookies: true,
  redirects: 3,
  target: 'other',
  connect_to: { 'h:1': 'h:2' },
  local_addresses: ['127.0.0.2'],
  expect_status: 204,
  version: 2,
  streams: 10,
  max_header_size: '32KiB',
  unix_socket: '/s',
  proxy: 'http://p:1',
  auth: { bearer: 't' },
  tls: { insecure_skip_verify: true },
};

/** Fields that are documented to have no effect. */
function isDocumented(field: string, type: JobType, target: Target): boolean {
  return field === 'format' || (field === 'batch_size' && type === 'write') || (field === 'database' && isHttp(target));
}

function baseOf(type: JobType, target: Target): Record<string, unknown> {
  if (type === 'sleep') return { type, duration: '1s' };
  const base = { type, collection: 'c', ...(type === 'mixed' && { mixed: { read: 1, bulk_write: 1, update: 1 } }) };
  if (type === 'scenario') return { ...base, steps: [{ name: 'a' }] };
  if (type !== 'create_index') return base;
  if (isHttp(target)) return { ...base, http: { method: 'POST', path: '/i' } };
  return target.startsWith('redis') ? { ...base, command: ['PING'] } : { ...base, indexes: [{ keys: { a: 1 } }] };
}

/** The plan of one job, without what differs from plan to plan; `refused`: it has problems. */
async function planned(target: Target, job: object): Promise<string> {
  const workload = {
    connection_string: target,
    jobs: [job],
    // Reads and updates need documents to aim at, in each of these collections.
    schemas: [
      { name: 's', collection: 'c', existing: 9, schema: { a: 1 } },
      { name: 't', collection: 'd', existing: 9, schema: {} },
      { name: 'u', database: '1', collection: 'c', existing: 9, schema: {} },
    ],
    sources: [{ name: 'x', url: 'http://h' }],
  };
  try {
    const { asRun: _, ...rest } = await plan(workload);
    return JSON.stringify(rest);
  } catch (error) {
    if (error instanceof LoadbotError && error.code === 'config_invalid') return 'refused';
    throw error;
  }
}

const CASES = TARGETS.flatMap((target) => JOB_TYPES.map((type) => [target, type] as const));

describe.each(CASES)('%s: %s', (target, type) => {
  test('every field changes the plan or is refused', async () => {
    const base = baseOf(type, target);
    const plain = await planned(target, base);
    expect(plain).not.toBe('refused');
    const idle: string[] = [];
    for (const field of fieldsOfJob(type).filter((name) => name !== 'type')) {
      const paced = field === 'arrival' || field === 'overload' ? { pace: 5 } : {};
      const value = field === 'command' ? (target.startsWith('redis') ? ['GET'] : { ping: 1 }) : SAMPLES[field];
      if (value === undefined) throw new Error(`give a sample of \`${field}\``);
      const without = await planned(target, { ...base, ...paced });
      const withField = await planned(target, { ...base, ...paced, [field]: value });
      if (withField === without && !isDocumented(field, type, target)) idle.push(field);
    }
    expect(idle).toEqual([]);
  });
});

describe.each(CASES.filter(([, type]) => type !== 'sleep'))('%s: %s', (target, type) => {
  test('every field of `http` changes the plan or is refused', async () => {
    const base = baseOf(type, target);
    const without = await planned(target, base);
    const idle: string[] = [];
    for (const field of Object.keys(httpSchema.shape)) {
      const value = HTTP_SAMPLES[field];
      if (value === undefined) throw new Error(`give a sample of \`http.${field}\``);
      const http = { ...(base['http'] as object | undefined), [field]: value };
      const withField = await planned(target, { ...base, http });
      if (withField === without) idle.push(field);
      if (!isHttp(target)) expect(withField).toBe('refused');
    }
    expect(idle).toEqual([]);
  });
});

test('the documentation lists the fields that have no effect', () => {
  const docs = readFileSync(new URL('../../../docs/workload.md', import.meta.url), 'utf8');
  expect(docs).toMatch(/\| `format` \|.*has no effect/);
  expect(docs).toMatch(/\| `batch_size` \| write \|.*has no effect/);
  expect(docs).toMatch(/\| `database` \|.*Not used over HTTP/);
});
