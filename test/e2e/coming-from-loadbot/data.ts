import { BSON, MongoClient, ObjectId } from 'mongodb';
import { expect } from 'vitest';
import { createMix } from '../../../src/data/mix.ts';
import { createRequestData } from '../../../src/data/create-request-data.ts';
import { compileMongoRequest, type MongoRequest } from '../../../src/drivers/mongodb/request.ts';
import type { Plan, RequestJobPlan } from '../../../src/plan/plan.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { plan } from '../../unit/workload/planning.ts';
import { type Check, expectSaid, onMongodb, problems, USERS } from './row.ts';

/** The first request of a job, as the driver sends it after `population` documents were written. */
async function requestOf(made: Plan, index = 0, population = 40): Promise<MongoRequest> {
  const job = made.jobs[index] as RequestJobPlan;
  const [operation] = job.mix;
  if (operation === undefined) throw new Error('a job sends something');
  const { seed } = made;
  const numbers = { firstDocument: 0, documentStride: 1, population, oldest: 0 };
  const mix = createMix([1], 0);
  const materials = await createRequestData({ operation, job, mix, seed, ...numbers, clock: systemClock() });
  const { type, batchSize, http, statement, indexes } = operation;
  const makeId = job.objectIds ? (digits: string): object => new ObjectId(digits) : undefined;
  const concerns = new MongoClient(made.target.secretUrl ?? made.target.url);
  return compileMongoRequest(
    { type, batchSize, http, statement, indexes, materials },
    job.collection,
    concerns,
    makeId,
  );
}

type Written = Readonly<Record<string, unknown>>;

async function documentsOf(job: object, others?: object, ticket = 0): Promise<readonly Written[]> {
  const request = await requestOf(await plan(onMongodb(job, others)));
  return request.prepare(ticket)['documents'] as readonly Written[];
}

async function documentOf(job: object, others?: object): Promise<Written> {
  return (await documentsOf(job, others))[0] ?? {};
}

const IN_USERS = { template: 'user_schema', database: undefined, collection: undefined };
const WITH_USERS = { schemas: [{ ...USERS, existing: 40 }] };

/** Requests of a read with this filter. */
async function readOf(filter: object | undefined, connection_string = 'mongodb://h'): Promise<MongoRequest> {
  const job = { ...IN_USERS, type: 'read', filter };
  return requestOf(await plan(onMongodb(job, { ...WITH_USERS, connection_string })));
}

/** Values of a field of the 40 documents that the reads are about. */
async function written(field: string): Promise<readonly unknown[]> {
  const request = await requestOf(await plan(onMongodb(IN_USERS, WITH_USERS)));
  return Array.from({ length: 40 }, (_, ticket) => (request.prepare(ticket)['documents'] as Written[])[0]?.[field]);
}

/** Rows about data, by their first cell. */
export const DATA: Readonly<Record<string, Check>> = {
  'without a schema a document is `{ _id, data }` with `data_size` letters, `data_size` + 33 bytes': async () => {
    for (const data_size of [250, 0, undefined]) {
      const document = await documentOf({ data_size });
      expect(Object.keys(document)).toEqual(['_id', 'data']);
      expect(document['data']).toMatch(new RegExp(`^[a-z0-9]{${data_size ?? 0}}$`));
      expect(BSON.calculateObjectSize(document)).toBe((data_size ?? 0) + 33);
    }
    const elsewhere = await plan({ ...onMongodb({ data_size: 250 }), connection_string: 'http://h' });
    expect(elsewhere.jobs).toMatchObject([
      { mix: [{ dataSize: { kind: 'constant', value: 250 }, sizing: 'document' }] },
    ]);
  },
  '`_id` of a document without one is an `ObjectId` of the driver': async () => {
    const ids = await Promise.all([5, 5, 6].map(async (seed) => (await documentOf({}, { seed }))['_id']));
    for (const id of ids) expect(id).toBeInstanceOf(ObjectId);
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]).not.toEqual(ids[2]);
  },
  '`data_size` with a schema has no effect': async () => {
    const document = await documentOf({ ...IN_USERS, data_size: 300 }, WITH_USERS);
    expect(Buffer.byteLength(JSON.stringify(document))).toBe(300);
  },
  '`#id` is text of 32 hexadecimal digits': async () => {
    expect((await documentOf(IN_USERS, WITH_USERS))['_id']).toMatch(/^[\da-f]{24}$/);
  },
  '`#_id`, in its documentation, is not known: each write fails': async () => {
    const others = { seed: 3, schemas: [{ ...USERS, schema: { _id: '#_id', special_name: '#string' } }] };
    expect(await documentOf(IN_USERS, others)).toEqual(await documentOf(IN_USERS, { seed: 3, schemas: [USERS] }));
  },
  '`bulk_write` sends 100 documents and ignores `batch_size`': async () => {
    expect(await documentsOf({ type: 'bulk_write', batch_size: 25 })).toHaveLength(25);
    expect(await documentsOf({ type: 'bulk_write' })).toHaveLength(100);
  },
  '`batch_size` of a `write` has no effect': async () => {
    expect(await documentsOf({ batch_size: 100 })).toHaveLength(1);
  },
  'a schema or filter that holds more than tags and objects fails': async (row) => {
    const schema = { _id: '#id', kind: 'fixed', n: 7, list: ['#word', 1], text: 'a #word' };
    const document = await documentOf(IN_USERS, { schemas: [{ ...USERS, save: [], schema }] });
    expect(document).toMatchObject({ kind: 'fixed', n: 7, list: [expect.any(String), 1] });
    expect(document['text']).toMatch(/^a [a-z]+/);
    expect((await readOf({ n: { $gt: 5 } })).prepare(0)['filter']).toEqual({ n: { $gt: 5 } });
    const unknown = { ...IN_USERS, type: 'read', filter: { name: '#generate_value' } };
    const found = await problems(onMongodb(unknown, WITH_USERS));
    expectSaid(found, row);
    expect(found).toContain('`#generate_value` is not a known tag');
  },
  '`save`: a `#field` of a filter is a value that this process wrote': async () => {
    const names = new Set(await written('special_name'));
    expect(names.size).toBe(40);
    const request = await readOf({ special_name: '#special_name' });
    const asked = Array.from({ length: 200 }, (_, ticket) => request.prepare(ticket)['filter'] as Written);
    for (const { special_name: name } of asked) expect(names).toContain(name);
  },
  '`filter` must be given for `read` and `update`': async () => {
    const ids = new Set(await written('_id'));
    const request = await readOf(undefined);
    for (let ticket = 0; ticket < 50; ticket++) {
      const filter = request.prepare(ticket)['filter'] as Written;
      expect(Object.keys(filter)).toEqual(['_id']);
      expect(ids).toContain(filter['_id']);
    }
  },
  '`create_index` is in its documentation, and refused': async () => {
    const job = { type: 'create_index', indexes: [{ keys: { special_name: 1 } }] };
    expect((await requestOf(await plan(onMongodb(job)))).prepare(0)).toMatchObject({
      createIndexes: 'c',
      indexes: [{ key: { special_name: 1 }, name: 'special_name_1' }],
    });
  },
  'reads prefer secondaries': async () => {
    expect((await readOf(undefined)).options.readPreference).toMatchObject({ mode: 'primary' });
    const preferring = await readOf(undefined, 'mongodb://h/?readPreference=secondaryPreferred');
    expect(preferring.options.readPreference).toMatchObject({ mode: 'secondaryPreferred' });
  },
};
