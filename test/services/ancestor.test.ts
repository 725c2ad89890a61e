import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { loadbot, readResult, scratchFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { expectConserved, jobNamed } from './conservation.ts';
import { FERRETDB, type FerretService, startFerretdb } from './ferretdb.ts';

/** As the original loadbot documents its files: without a schema. Only what makes a run long is smaller. */
const WITHOUT_SCHEMA = `{
  "connection_string": "mongodb://admin:abc123@127.0.0.1:27017",
  "agent": {
    "name": "186.12.9.19",
    "port": "1234",
  },
  "jobs": [
    {  // an empty collection to begin with
      "type": "drop_collection",
      "database": "showcase-db",
      "collection": "showcase-col",
      "operations": 1
    },
    {
      "name": "2s of what it can take",
      "type": "write",
      "database": "showcase-db",
      "collection": "showcase-col",
      "data_size": 200,
      "connections": 100,
      "duration": "2s",
    },
    {  // the database rests
      "type": "sleep",
      "duration": "100ms",
      "format": "simple"
    },
    {
      "name": "1_000 elements with pace 20 rps",
      "type": "bulk_write",
      "batch_size": 25,
      "database": "showcase-db",
      "collection": "showcase-col",
      "data_size": 100,
      "connections": 20,
      "pace": 20,
      "operations": 40,
    },
    {
      "name": "batch size of a single write",
      "type": "write",
      "batch_size": 100,
      "database": "showcase-db",
      "collection": "showcase-col",
      "connections": 10,
      "operations": 30,
      "timeout": "10s"
    },
  ]
}
`;

/** With a schema, values that are saved, and a filter that asks for them. */
const withSchema = (schema: 'schema' | 'template'): string => `{
  "connection_string": "mongodb://localhost:27017",
  "debug": true,
  "jobs": [
    {
      "type": "drop_collection",
      "${schema}": "user_schema",
      "operations": 1
    },
    {
      "name": "writes",
      "type": "write",
      "${schema}": "user_schema",
      "connections": 50,
      "operations": 300,
    },
    {
      "name": "reads",
      "type": "read",
      "${schema}": "user_schema",
      "connections": 10,
      "pace": 20,
      "duration": "2s",
      "filter": {
          "special_name": "#special_name"
      }
    }
  ],
  "schemas": [
    {
      "name": "user_schema",
      "database": "load_test",
      "collection": "load_test",
      "schema": {
        "_id": "#_id",
        "special_name": "#string",
        "lastname": "#string"
      },
      "save": [
        "special_name"  // for the filter
      ]
    },
  ]
}
`;

/** As `generate-config` writes them: durations are nanoseconds, unset fields are absent. */
const GENERATED = {
  'generate-config, duration': {
    connection_string: 'mongodb://admin:pass@127.0.0.1:27017',
    agent: {},
    jobs: [
      {
        name: 'Test workload',
        database: 'tmp-database',
        collection: 'duration',
        type: 'write',
        connections: 100,
        pace: 100,
        data_size: 250,
        duration: 1_500_000_000,
      },
    ],
  },
  'generate-config, operations': {
    connection_string: 'mongodb://admin:pass@127.0.0.1:27017',
    agent: { name: 'a1', metrics_export_port: '0' },
    jobs: [
      {
        name: 'Test workload',
        database: 'tmp-database',
        collection: 'operations',
        type: 'bulk_write',
        connections: 10,
        pace: 100,
        data_size: 250,
        batch_size: 100,
        operations: 20,
      },
    ],
  },
};

/** Examples of the page about jobs, one after the other, with the report formats of an older version. */
const PAGE_OF_JOBS = `{
  "connection_string": "mongodb://localhost:27017",
  "jobs": [
    { "type": "drop_collection", "schema": "user_schema", "operations": 1, "format": "simple" },
    { "name": "insert with schema", "type": "write", "schema": "user_schema", "connections": 10, "operations": 100 },
    { "name": "insert without schema", "type": "write", "database": "load_test", "collection": "plain",
      "connections": 10, "data_size": 100, "duration": "1s", "timeout": "10s" },
    { "name": "read with schema", "type": "read", "schema": "user_schema", "connections": 10, "operations": 100,
      "filter": { "user_name": "#user_name" } },
    { "name": "update with schema", "type": "update", "template": "user_schema", "operations": 50, "pace": 0,
      "duration": 0, "timeout": 0, "filter": { "_id": "#id" } },
    { "type": "sleep", "duration": "100ms" },
  ],
  "schemas": [
    { "name": "user_schema", "database": "load_test", "collection": "users",
      "schema": { "_id": "#id", "user_name": "#username", "name": "#name" }, "save": ["user_name"] },
  ],
  "reporting_formats": [
    { "name": "simple", "interval": "5s", "template": "Job: {{.JobType}}, RPS {{f2 .Rps}}" },
  ],
}
`;

function expectNoErrorNoMiss({ jobs }: ResultDocument): void {
  expect(jobs.map(({ name, errors, miss }) => [name, errors, miss])).toEqual(jobs.map(({ name }) => [name, 0, 0]));
}

describeWithServices("the original loadbot's files on a server with MongoDB's protocol", [FERRETDB], () => {
  let server: FerretService;
  beforeAll(async () => {
    server = await startFerretdb();
  });
  afterAll(() => server.stop());

  /** Runs a file as it stands; only where the server is comes from a flag. */
  async function run(text: string): Promise<ResultDocument> {
    const file = scratchFile('json');
    writeFileSync(file, text);
    const out = scratchFile('result.json');
    const { status, stderr } = await loadbot(['run', file, '--connection_string', server.url, '--out', out]);
    expect(stderr).not.toContain('error:');
    expect(status).toBe(0);
    const result = readResult(out);
    result.jobs.forEach(expectConserved);
    return result;
  }

  test('writes and reads documents without a schema, in two runs', async () => {
    await server.ask('showcase-db', { insert: 'showcase-col', documents: [{ from: 'before' }] });
    const result = await run(WITHOUT_SCHEMA);
    expect(result.jobs.map(({ type, errors }) => [type, errors])).toEqual([
      ['drop_collection', 0],
      ['write', 0],
      ['bulk_write', 0],
      ['write', 0],
    ]);
    const most = jobNamed(result, '2s of what it can take');
    expect(most.ok).toBeGreaterThan(0);
    expect(jobNamed(result, '1_000 elements with pace 20 rps').ok).toBe(40);
    expect(jobNamed(result, 'batch size of a single write').ok).toBe(30);
    const count = (filter?: object): Promise<number> => server.count('showcase-db', 'showcase-col', filter);
    // A slow server stores also what was aborted at the end of the job.
    const stored = await count({ data: { $regex: '^[a-z0-9]{200}$' } });
    expect(stored).toBeGreaterThanOrEqual(most.ok);
    expect(stored).toBeLessThanOrEqual(most.ok + most.aborted);
    expect(await count()).toBe(stored + 40 * 25 + 30);
    expect(await count({ data: { $regex: '^[a-z0-9]{100}$' } })).toBe(40 * 25);
    expect(await count({ data: '' })).toBe(30);
    expect(await count({ _id: { $type: 'objectId' } })).toBe(stored + 40 * 25 + 30);
    for (const each of [result, await run(WITHOUT_SCHEMA)]) expectNoErrorNoMiss(each);
  });

  test.each(
    Object.entries({
      ...Object.fromEntries(Object.entries(GENERATED).map(([name, file]) => [name, JSON.stringify(file, null, '\t')])),
      'the page of jobs': PAGE_OF_JOBS,
    }),
  )('%s, run twice: no error, no miss', async (_, text) => {
    for (let count = 0; count < 2; count++) expectNoErrorNoMiss(await run(text));
  });

  test('documents without an _id are found, changed and queried by commands', async () => {
    const at = { database: 'ids', collection: 'plain' };
    const command = { find: 'plain', filter: { _id: '#id' }, limit: 1, singleBatch: true };
    const result = await run(
      JSON.stringify({
        connection_string: 'mongodb://localhost',
        seed: 7,
        jobs: [
          { type: 'drop_collection', ...at },
          { name: 'write', type: 'write', ...at, data_size: 50, operations: 40 },
          { name: 'by key', type: 'read', ...at, operations: 60 },
          { name: 'by filter', type: 'read', ...at, filter: { _id: { $in: ['#id'] } }, operations: 60 },
          { name: 'by command', type: 'read', ...at, command, operations: 60 },
          { name: 'update', type: 'update', ...at, data_size: 60, operations: 60 },
        ],
      }),
    );
    const found = ['by key', 'by filter', 'by command', 'update'].map((name) => jobNamed(result, name));
    expect(found.map(({ ok, miss, errors }) => [ok, miss, errors])).toEqual(found.map(() => [60, 0, 0]));
    expect(await server.count('ids', 'plain', { _id: { $type: 'objectId' } })).toBe(40);

    const schemas = [{ name: 'later', ...at, existing: 40, schema: {} }];
    const jobs = [{ name: 'later', type: 'read', schema: 'later', operations: 60 }];
    const later = await run(JSON.stringify({ connection_string: 'mongodb://localhost', seed: 7, jobs, schemas }));
    expect(jobNamed(later, 'later')).toMatchObject({ ok: 60, miss: 0, errors: 0 });
  });

  test.each([
    ['schema', 2],
    ['template', 1],
  ] as const)('accepts a document given as `%s`, runs: %d', async (name, runs) => {
    for (let count = 1; count < runs; count++) expectNoErrorNoMiss(await run(withSchema(name)));
    const result = await run(withSchema(name));
    expect(jobNamed(result, 'writes')).toMatchObject({ ok: 300, errors: 0 });
    expect(await server.count('load_test', 'load_test')).toBe(300);
    // Every filter asks for a value that was written.
    const reads = jobNamed(result, 'reads');
    expect(reads).toMatchObject({ planned: 40, miss: 0, errors: 0 });
    expect(reads.ok + reads.skipped).toBe(40);
    expect(reads.ok).toBeGreaterThan(10);
  });
});
