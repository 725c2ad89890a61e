import { describe, expect, test } from 'vitest';
import type { RequestJobPlan } from '../../../src/plan/plan.ts';
import { plan } from './planning.ts';
import { problemsOf } from './loading.ts';

// Files with the fields that the original loadbot documents, in the ways in which it documents them.

/** An empty collection, then writes without a schema, a rest, and writes at a pace. */
const SHOWCASE = `{
  "connection_string": "mongodb://admin:pw@127.0.0.1:27017",
  "jobs": [
    { // begin with nothing
      "type": "drop_collection",
      "database": "showcase-db",
      "collection": "showcase-col",
      "operations": 1
    },
    {
      "name": "20s as fast as it goes",
      "type": "write",
      "database": "showcase-db",
      "collection": "showcase-col",
      "data_size": 200,
      "connections": 100,
      "duration": "20s",
    },
    { // let the database breathe
      "type": "sleep",
      "duration": "5s",
      "format": "simple"
    },
    {
      "name": "a million at 10K a second",
      "type": "bulk_write",
      "batch_size": 100,
      "database": "showcase-db",
      "collection": "showcase-col",
      "data_size": 100,
      "connections": 200,
      "pace": 10000,
      "operations": 1000000,
    },
    /*{
      "type": "sleep",
      "duration": "5s",
    },*/
  ],
}`;

/** A schema that saves a field, which a read looks for under the field's own name. */
const SAVED = `{
  "connection_string": "mongodb://localhost:27017",
  "debug": true,
  "agent": {
    "name": "agent-1",
    "port": "1234",
    "metrics_export_url": "http://victoria-metrics:8428/api/v1/import/prometheus",
    "metrics_export_interval_seconds": 10,
    "metrics_export_port": "9090"
  },
  "jobs": [
    {
      "name": "write",
      "type": "write",
      "template": "user_schema",
      "connections": 100,
      "operations": 1000,
    },
    {
      "name": "read",
      "type": "read",
      "schema": "user_schema",
      "connections": 100,
      "pace": 100,
      "duration": "30s",
      "timeout": "1s",
      "filter": {
        "special_name": "#special_name"
      }
    },
    {
      "type": "update",
      "template": "user_schema",
      "operations": 100,
      "filter": { "_id": "#id" },
    },
    {
      "type": "create_index",
      "schema": "user_schema",
      "indexes": [{ "keys": { "special_name": 1 }, "options": { "unique": false } }],
    },
    { "type": "drop_collection", "schema": "user_schema", "operations": 1 },
  ],
  "schemas": [
    {
      "name": "user_schema",
      "database": "load_test",
      "collection": "load_test",
      "schema": {
        "_id": "#_id",
        "special_name": "#string",
        "lastname": "#last_name",
        "nested": { "first": "#first_name", "email": "#email", "login": "#username", "secret": "#password" },
        "titles": ["#title_male", "#title_female"],
        "names": ["#name", "#first_name_male", "#first_name_female"],
        "other": "#word #phone_number",
      },
      "save": [
        "special_name" // for filters
      ]
    },
  ]
}`;

/** A write with the size of a batch, which has no meaning for it there either. */
const BATCHED_WRITE = `{
  "connection_string": "mongodb://127.0.0.1:27017",
  "jobs": [
    { "type": "write", "batch_size": 100, "database": "d", "collection": "c", "data_size": 100, "pace": 10000, "operations": 5 },
  ],
}`;

describe('files of the original loadbot', () => {
  test.each([
    ['without a schema', SHOWCASE],
    ['with one', SAVED],
    ['with a batch of writes', BATCHED_WRITE],
  ])('%s are valid as they are', async (_, text) => {
    expect(await problemsOf(text, { source: 'config_file.json' })).toEqual([]);
  });

  test('are interpreted as documented', async () => {
    const made = await plan(SHOWCASE);
    expect(made.target).toMatchObject({ driver: 'mongodb', url: 'mongodb://127.0.0.1:27017' });
    expect(made.jobs).toMatchObject([
      { type: 'drop_collection', database: 'showcase-db', collection: 'showcase-col', operations: 1 },
      {
        type: 'write',
        connections: 100,
        durationMs: 20_000,
        mix: [{ dataSize: { kind: 'constant', value: 200 }, document: {} }],
      },
      { type: 'sleep', durationMs: 5000 },
      {
        type: 'bulk_write',
        operations: 1_000_000,
        pacing: { segments: [{ toRate: 10_000 }] },
        mix: [{ batchSize: 100, dataSize: { kind: 'constant', value: 100 } }],
      },
    ]);
    const [write] = (await plan(BATCHED_WRITE)).jobs as RequestJobPlan[];
    expect(write?.mix).toMatchObject([{ type: 'write', batchSize: 1 }]);
  });

  test('may name the schema of a job `template`', async () => {
    const [write, read] = (await plan(SAVED)).jobs as RequestJobPlan[];
    for (const job of [write, read]) {
      expect(job).toMatchObject({ database: 'load_test', collection: 'load_test', connections: 100 });
      expect(job?.mix[0]).toMatchObject({ saved: ['special_name'], document: { _id: '#_id' } });
    }
    expect(read?.mix[0]?.filter).toEqual({ special_name: '#special_name' });
  });
});
