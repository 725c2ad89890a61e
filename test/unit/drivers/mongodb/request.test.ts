import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { MISS, OK } from '../../../../src/shared/outcome.ts';
import type { Operation } from '../../../../src/drivers/driver.ts';
import { compileMongoRequest, type MongoRequest } from '../../../../src/drivers/mongodb/request.ts';
import { ticketMaterials } from '../../../contract/driver/http-options.ts';
import { operation } from '../operations.ts';

function compile(changes: Partial<Operation>, options = ''): MongoRequest {
  return compileMongoRequest(operation(changes), 'docs', new MongoClient(`mongodb://h/?${options}`));
}

test.each<[Operation['type'], object]>([
  ['write', { insert: 'docs', documents: [{ _id: 'k7', n: 7 }] }],
  ['bulk_write', { insert: 'docs', documents: [{ n: 7 }, { n: 8 }], ordered: false }],
  ['read', { find: 'docs', filter: { _id: 'k7' }, limit: 1, singleBatch: true }],
  ['update', { update: 'docs', updates: [{ q: { _id: 'k7' }, u: { $set: { n: 7 } } }] }],
  ['scan', { find: 'docs', filter: { _id: { $gte: 'k7' } }, sort: { _id: 1 }, limit: 8, singleBatch: true }],
  ['delete', { delete: 'docs', deletes: [{ q: { _id: 'k7' }, limit: 1 }] }],
  ['drop_collection', { drop: 'docs' }],
])('%s', (type, command) => {
  expect(compile({ type }).prepare(7)).toEqual(command);
});

test('names an index after its keys unless it has a name', () => {
  const indexes = [
    { keys: { name: 1, age: -1 }, options: { unique: true } },
    { keys: { text: 'text' }, options: { name: 'words' } },
  ];
  expect(compile({ type: 'create_index', indexes }).prepare(7)).toEqual({
    createIndexes: 'docs',
    indexes: [
      { key: { name: 1, age: -1 }, name: 'name_1_age_-1', unique: true },
      { key: { text: 'text' }, name: 'words' },
    ],
  });
});

test('sends a filter unchanged, with operators', () => {
  const materials = { ...ticketMaterials, criteria: (n: number) => ({ age: { $gt: n } }) };
  expect(compile({ type: 'read', materials }).prepare(7)['filter']).toEqual({ age: { $gt: 7 } });
});

test('sends a command with expanded tags', () => {
  const statement = { aggregate: 'docs', pipeline: [{ $match: { name: 'user #n' } }], cursor: {} };
  expect(compile({ statement }).prepare(7)).toEqual({ ...statement, pipeline: [{ $match: { name: 'user 7' } }] });
});

test('uses write and read concern of the connection string', () => {
  const options = 'w=majority&journal=true&wtimeoutMS=500&readConcernLevel=local&readPreference=nearest';
  const writeConcern = { w: 'majority', j: true, wtimeout: 500 };
  for (const type of ['write', 'bulk_write', 'update', 'delete', 'drop_collection'] as const) {
    expect(compile({ type }, options).prepare(0)).toMatchObject({ writeConcern });
    expect(compile({ type }, options).options).toEqual({});
  }
  for (const type of ['read', 'scan'] as const) {
    const read = compile({ type }, options);
    expect(read.prepare(0)).toMatchObject({ readConcern: { level: 'local' } });
    expect(read.prepare(0)).not.toHaveProperty('writeConcern');
    expect(read.options.readPreference).toMatchObject({ mode: 'nearest' });
  }
});

test('counts no match as a miss for reads and updates', () => {
  const read = compile({ type: 'read' });
  expect(read.outcomeOf({ cursor: { firstBatch: [], id: 0 }, ok: 1 })).toBe(MISS);
  expect(read.outcomeOf({ cursor: { firstBatch: [{ _id: 1 }], id: 0 }, ok: 1 })).toBe(OK);
  expect(read.outcomeOf({ n: 0, ok: 1 })).toBe(OK); // for a command that is not a search
  const update = compile({ type: 'update' });
  expect(update.outcomeOf({ n: 0, nModified: 0, ok: 1 })).toBe(MISS);
  expect(update.outcomeOf({ n: 1, nModified: 0, ok: 1 })).toBe(OK);
});

test('a reply with write errors is an error with the code of the first', () => {
  const reply = { n: 1, ok: 1, writeErrors: [{ index: 1, code: 11000, errmsg: 'E11000 duplicate key' }] };
  for (const type of ['write', 'bulk_write', 'update'] as const) {
    expect(() => compile({ type }).outcomeOf(reply)).toThrow(
      expect.objectContaining({ code: 11000, message: 'E11000 duplicate key' }),
    );
  }
  expect(compile({ type: 'write' }).outcomeOf({ n: 1, ok: 1 })).toBe(OK);
});

test('accepts a drop of a missing collection', () => {
  expect(compile({ type: 'drop_collection' }).acceptableCode).toBe(26);
  expect(compile({ type: 'read' }).acceptableCode).toBeUndefined();
});

test('refuses impossible requests before any is sent', () => {
  expect(() => compile({ type: 'create_index' })).toThrow('needs `indexes`');
  expect(() => compile({ statement: ['ping'] })).toThrow('must be an object, not ["ping"]');
  expect(() => compile({ statement: 'ping' })).toThrow('must be an object, not "ping"');
});
