import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';
import { Agent, workloadFile } from './agent.ts';

/** Documents for the reads and updates, so that nothing but the refusal is wrong. */
const SCHEMAS = [
  EXISTING_DOCUMENTS,
  { ...EXISTING_DOCUMENTS, name: 'odd', collection: 'ü😀' },
  { ...EXISTING_DOCUMENTS, name: 'x', database: 'x' },
];

/** Everything that drivers refuse without asking a server, by the words of its message. */
const REFUSALS: [words: string, target: string, job: object, rest?: object][] = [
  ['`sql` must be one statement', 'postgres://h/d', { type: 'read', sql: 'SELECT 1; SELECT 2' }],
  ['`sql` must be one statement', 'mysql://h/d', { type: 'update', sql: 'BEGIN' }],
  [
    'is not supported for SQL, where a filter',
    'postgres://h/d',
    { type: 'read', collection: 'c', filter: { a: { $gt: 1 } } },
  ],
  ['is not supported for SQL, where a filter', 'mysql://h/d', { type: 'read', collection: 'c', filter: { $or: [] } }],
  ['the update has no field to set', 'mysql://h/d', { type: 'update', collection: 'c' }],
  [
    'SQL does not support the index kind "text"',
    'postgres://h/d',
    { type: 'create_index', collection: 'c', indexes: [{ keys: { a: 'text' } }] },
  ],
  [
    'SQL does not support the index option `expireAfterSeconds`',
    'mysql://h/d',
    { type: 'create_index', collection: 'c', indexes: [{ keys: { a: 1 }, options: { expireAfterSeconds: 1 } }] },
  ],
  [
    'the name of an index',
    'postgres://h/d',
    { type: 'create_index', collection: 'c', indexes: [{ keys: { a: 1 }, options: { name: 'n'.repeat(99) } }] },
  ],
  ['Redis finds documents by `_id` alone', 'redis://h', { type: 'read', collection: 'c', filter: { a: 1 } }],
  [
    'Redis does not support create_index',
    'redis://h',
    { type: 'create_index', collection: 'c', indexes: [{ keys: { a: 1 } }] },
  ],
  ['must be the words of a Redis command', 'redis://h', { type: 'read', command: ['GET', { a: 1 }] }],
  ['a database of Redis is a number', 'redis://h', { type: 'read', collection: 'c', database: 'x' }],
  [
    'is not a method that a job can send',
    'http://127.0.0.1:1',
    { type: 'read', http: { method: 'connect', path: '/' } },
  ],
  ['is not a method that a job can send', 'embedded:', { type: 'read', http: { method: 'g.t', path: '/' } }],
  ...['content-length', 'Transfer-Encoding', 'keep-alive', 'upgrade', 'expect'].map(
    (name): [string, string, object] => [
      `the header ${name.toLowerCase()} is derived from the request`,
      'http://127.0.0.1:1',
      { type: 'read', http: { path: '/', headers: { [name]: '1' } } },
    ],
  ),
  [
    'the header expect is derived from the request',
    'http://127.0.0.1:1',
    { type: 'read', collection: 'c' },
    { http: { headers: { expect: '1' } } },
  ],
  [
    'Invalid character in header',
    'http://127.0.0.1:1',
    { type: 'read', collection: 'ü😀', http: { headers: { a: '{collection}' } } },
  ],
  ['the connection string is not a valid URL of a Redis', 'redis://h:x', { type: 'read', collection: 'c' }],
  ['is not a TLS mode', 'postgres://h/d?sslmode=prefer', { type: 'read', collection: 'c' }],
  [
    'cannot read the file of `sslrootcert`',
    'mysql://h/d?ssl=true&sslrootcert=nope.pem',
    { type: 'read', collection: 'c' },
  ],
  ['cannot be verified by name', 'mysql://127.0.0.1/d?ssl-mode=VERIFY_IDENTITY', { type: 'read', collection: 'c' }],
  ['invalid connection string', 'mongodb://h/?w=x&nope=1', { type: 'read', collection: 'c' }],
];

const BULK = 'at most 12.0 MiB are allowed';
REFUSALS.push(
  [BULK, 'postgres://h/d', { type: 'bulk_write', collection: 'c', batch_size: 100_000, data_size: '1KiB' }],
  [BULK, 'mongodb://h/d', { type: 'bulk_write', collection: 'c', batch_size: 100_000, data_size: 200 }],
  [BULK, 'mongodb://h/d', { type: 'write', collection: 'c', data_size: '13MiB' }],
);

async function refusalOf(command: string, file: string): Promise<{ status: number | null; text: string }> {
  const { status, stderr } = await new Agent([command, file]).ended;
  // Without the records of a run's log.
  return { status, text: stderr.replaceAll(/^\d\d:\d\d:\d\d .*\n/gm, '') };
}

/** Refusals of one target in one workload: a job for each, so that two commands check all of them. */
const WORKLOADS = new Map<string, (typeof REFUSALS)[number][]>();
for (const refusal of REFUSALS) {
  const [, target, , rest = {}] = refusal;
  const key = JSON.stringify([target, rest]);
  WORKLOADS.set(key, [...(WORKLOADS.get(key) ?? []), refusal]);
}

describe('validate and run refuse the same workloads with the same message', () => {
  test.each([...WORKLOADS])('%s', async (_, refusals) => {
    const [, connection_string, , rest = {}] = refusals[0]!; // a group has a member
    const jobs = refusals.map(([, , job]) => job);
    const file = workloadFile({ connection_string, jobs, schemas: SCHEMAS, ...rest });
    const [validated, ran] = await Promise.all([refusalOf('validate', file), refusalOf('run', file)]);
    for (const [words] of refusals) expect(validated.text).toContain(words);
    if (refusals.length > 1) expect(validated.text).toContain(`${refusals.length} problems`);
    expect(validated.status).toBe(104);
    expect(ran).toEqual(validated);
  });
});

test.each(['postgres://h/d', 'mysql://h/d'])(
  'a filter on a column that holds an object in any row is refused for %s by both commands',
  async (connection_string) => {
    const file = workloadFile({
      connection_string,
      feeders: [{ name: 'users', file: 'users.ndjson' }],
      schemas: [{ ...EXISTING_DOCUMENTS, schema: { n: '#int(1,9)' } }],
      jobs: ['read', 'update'].map((type) => ({
        type,
        schema: 'there',
        filter: { name: '#users.name', a: '#users.a' },
      })),
    });
    const feeder = (second: unknown): void =>
      writeFileSync(
        join(dirname(file), 'users.ndjson'),
        [
          { name: 'n', a: 1 },
          { name: 'm', a: second },
        ]
          .map((row) => JSON.stringify(row))
          .join('\n'),
      );
    for (const second of [{ secret: 'in the file' }, ['in the file'], null]) {
      feeder(second);
      const [validated, ran] = await Promise.all([refusalOf('validate', file), refusalOf('run', file)]);
      expect(validated.status).toBe(104);
      expect(validated.text).toContain('2 problems');
      expect(validated.text).toMatch(/jobs\[0\]\.filter\.a +the column `users\.a` holds objects, lists or null/);
      expect(validated.text).not.toContain('in the file');
      expect(ran).toEqual(validated);
    }
    feeder('single');
    expect((await refusalOf('validate', file)).status).toBe(0);
  },
);

test('all problems of a workload are reported at once with positions, before any load', async () => {
  const jobs = [
    { type: 'write', collection: 'c', operations: 1 },
    { type: 'read', http: { path: '/', headers: { expect: '1' } } },
    {
      type: 'mixed',
      collection: 'c',
      mixed: [{ type: 'read' }, { type: 'read', http: { path: '/', method: 'CONNECT' } }],
    },
  ];
  const { status, text } = await refusalOf('run', workloadFile({ connection_string: 'embedded:', jobs }));
  expect(status).toBe(104);
  expect(text).toContain('2 problems');
  expect(text).toMatch(/jobs\[1\]\.http\.headers\.expect +the header expect is derived from the request/);
  expect(text).toMatch(/jobs\[2\]\.mixed\[1\]\.http\.method +CONNECT is not a method/);
});
