import { BSON, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../src/shared/json.ts';
import type { RequestData } from '../../../../src/templates/request-data.ts';
import type { Operation } from '../../../../src/drivers/driver.ts';
import { compileMongoRequest } from '../../../../src/drivers/mongodb/request.ts';
import { plan } from '../../workload/planning.ts';
import { materials } from '../../data/data-builder.ts';
import { operation } from '../operations.ts';

const makeId = (digits: string): object => new ObjectId(digits);

/** The command of ticket 0 of a job whose documents have no `_id` of their own. */
function command(data: RequestData, changes: Partial<Operation>): Readonly<Record<string, unknown>> {
  return compileMongoRequest(operation({ materials: data, ...changes }), 'docs', {}, makeId).prepare(0);
}

const SIZED = { document: {}, dataSize: 250, sizing: 'data' } as const;

describe('a document without a schema', () => {
  test('has an ObjectId and `data`: 33 bytes more than data_size', async () => {
    const data = await materials({ ...SIZED, batchSize: 3 });
    const { documents } = command(data, { type: 'bulk_write' }) as { readonly documents: readonly object[] };
    expect(documents).toHaveLength(3);
    for (const document of documents) {
      expect(Object.keys(document)).toEqual(['_id', 'data']);
      expect(document).toHaveProperty('_id', expect.any(ObjectId));
      expect(BSON.calculateObjectSize(document)).toBe(250 + 33);
    }
    const empty = command(await materials({ ...SIZED, dataSize: 0 }), { type: 'write' });
    expect(BSON.calculateObjectSize((empty['documents'] as readonly object[])[0] ?? {})).toBe(33);
  });

  test('has an id determined by its number and seed', async () => {
    const data = await materials(SIZED, { seed: 5 });
    const [written] = command(data, { type: 'write' })['documents'] as readonly { readonly _id: ObjectId }[];
    expect(written?._id.toHexString()).toBe(data.key(0));
    const again = await materials({ ...SIZED, type: 'read' }, { seed: 5, index: 3, population: 1 });
    expect(command(again, { type: 'read' })['filter']).toEqual({ _id: written?._id });
  });
});

const ID = '0123456789abcdef01234567';

test.each<[Json, unknown]>([
  [{ _id: ID }, { _id: new ObjectId(ID) }],
  [{ _id: { $in: [ID, 'short', 7] } }, { _id: { $in: [new ObjectId(ID), 'short', 7] } }],
  [{ $or: [{ _id: ID }, { owner: ID }] }, { $or: [{ _id: new ObjectId(ID) }, { owner: ID }] }],
  [
    { owner: ID, n: null },
    { owner: ID, n: null },
  ],
])('of the filter %j only ids become ObjectIds', async (filter, expected) => {
  const data = { ...(await materials()), criteria: () => filter as Readonly<Record<string, Json>> };
  expect(command(data, { type: 'read' })['filter']).toEqual(expected);
});

test('the ids of a command become ObjectIds', async () => {
  const data = await materials({ type: 'read', document: {} }, { population: 1 });
  const statement = { find: 'docs', filter: { _id: '#id', owner: '#id' } };
  const { filter } = command(data, { type: 'read', statement });
  expect(filter).toEqual({ _id: new ObjectId(data.key(0)), owner: data.key(0) });
  const plain = { count: 'docs', query: { owner: '#id' } };
  expect(command(data, { type: 'read', statement: plain })).toEqual({ count: 'docs', query: { owner: data.key(0) } });
});

describe('determines which ids are ObjectIds', () => {
  const schemas = [
    { name: 'own', collection: 'a', schema: { _id: '#id' } },
    { name: 'none', collection: 'b', schema: { name: '#string' } },
  ];
  test.each([
    ['mongodb://h/d', { schema: 'own' }, false, 'document'],
    ['mongodb://h/d', { collection: 'a' }, false, 'data'],
    ['mongodb://h/d', { schema: 'own', collection: 'c' }, false, 'document'],
    ['mongodb://h/d', { schema: 'none' }, true, 'document'],
    ['mongodb://h/d', { collection: 'b' }, true, 'data'],
    ['mongodb://h/d', { collection: 'new' }, true, 'data'],
    ['mongodb://h/d', { database: 'other', collection: 'a' }, true, 'data'],
    ['mongodb://h/d', { command: { ping: 1 } }, false, 'data'],
    ['postgres://h/d', { collection: 'new' }, false, 'document'],
    ['http://h', { collection: 'new' }, false, 'document'],
  ])('%s %j: %s, data_size of the %s', async (connection_string, job, objectIds, sizing) => {
    const made = await plan({ connection_string, jobs: [{ type: 'write', ...job }], schemas });
    expect(made.jobs).toMatchObject([{ objectIds, mix: [{ sizing }] }]);
  });
});
