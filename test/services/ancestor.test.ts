import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/result-document.ts';
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
      "duration": "1s",
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

describeWithServices("the original loadbot's files on a server that speaks MongoDB", [FERRETDB], () => {
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

  test('without a schema', async () => {
    await server.ask('showcase-db', { insert: 'showcase-col', documents: [{ from: 'before' }] });
    const result = await run(WITHOUT_SCHEMA);
    expect(result.jobs.map(({ type, errors }) => [type, errors])).toEqual([
      ['drop_collection', 0],
      ['write', 0],
      ['bulk_write', 0],
      ['write', 0],
    ]);
    const most = jobNamed(result, '2s of what it can take');
    expect(most.ok).toBeGreaterThan(100);
    expect(jobNamed(result, '1_000 elements with pace 20 rps').ok).toBe(40);
    expect(jobNamed(result, 'batch size of a single write').ok).toBe(30);
    expect(await server.count('showcase-db', 'showcase-col')).toBe(most.ok + 40 * 25 + 30);
    expect(await server.count('showcase-db', 'showcase-col', { data: { $exists: true } })).toBe(most.ok + 40 * 25);
  });

  test.each(['schema', 'template'] as const)('with a document that is named as its `%s`', async (name) => {
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
