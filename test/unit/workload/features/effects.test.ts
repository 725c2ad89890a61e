import { describe, expect, test } from 'vitest';
import { line, problemsOf } from '../loading.ts';

const HTTP = 'http://127.0.0.1:8080';
const schemas = [{ name: 's', collection: 'c', existing: 9, schema: { name: '#name' }, save: ['name'] }];

async function lines(target: string, job: object, rest: object = {}): Promise<string[]> {
  const workload = { connection_string: target, jobs: [job], schemas, ...rest };
  return (await problemsOf(JSON.stringify(workload))).map((problem) => line(problem).replace(/^load\.jsonc:\S+ /, ''));
}

const read = { type: 'read', schema: 's' };
const update = { type: 'update', schema: 's' };
const write = { type: 'write', schema: 's' };
const bulk = { type: 'bulk_write', schema: 's' };
const sql = 'SELECT 1';

describe('refuses a field without an effect', () => {
  const beside = (field: string, other: string): string => `\`${field}\` has no effect beside \`${other}\``;
  test.each<[target: string, job: object, message: string]>([
    [HTTP, { ...read, filter: {} }, 'jobs[0].filter: is empty'],
    ['mongodb://h', { ...update, filter: {} }, 'jobs[0].filter: is empty'],
    [HTTP, { ...read, filter: { a: 1 }, http: { path: '/x' } }, beside('filter', 'http.path')],
    [HTTP, { ...read, filter: { _id: 1, a: 1 }, http: { path: '/{key}' } }, beside('filter', 'http.path')],
    ['postgres://h/d', { ...read, filter: { a: 1 }, sql }, beside('filter', 'sql')],
    ['mongodb://h', { ...read, filter: { a: 1 }, command: { ping: 1 } }, beside('filter', 'command')],
    ['postgres://h/d', { type: 'delete', schema: 's', filter: { a: 1 }, sql }, beside('filter', 'sql')],
    ['postgres://h/d', { type: 'scan', schema: 's', scan_length: 5, sql }, beside('scan_length', 'sql')],
    [HTTP, { type: 'scan', schema: 's', scan_length: 5, http: { path: '/x' } }, beside('scan_length', 'http.path')],
    ['mysql://h/d', { ...write, data_size: 9, sql }, beside('data_size', 'sql')],
    ['mysql://h/d', { ...bulk, batch_size: 9, sql }, beside('batch_size', 'sql')],
    [HTTP, { ...write, data_size: 9, http: { body: 'x' } }, beside('data_size', 'http.body')],
    [HTTP, { ...bulk, batch_size: 9, http: { body: null } }, beside('batch_size', 'http.body')],
    [HTTP, { ...write, data_size: 9, http: { method: 'get' } }, '`data_size` has no effect: a GET sends no document'],
    ['postgres://h/d', { ...update, read_first: true, sql }, beside('read_first', 'sql')],
    [
      'postgres://h/d',
      { type: 'create_index', schema: 's', indexes: [{ keys: { a: 1 } }], sql },
      beside('indexes', 'sql'),
    ],
    ['postgres://h/d', { ...read, keys: 'latest', sql }, '`keys` has no effect'],
    [HTTP, { ...read, keys: 'latest', http: { path: '/x' } }, '`keys` has no effect'],
    ['mongodb://h', { ...read, keys: 'latest', filter: { a: '#int(1,9)' } }, '`keys` has no effect'],
    ['embedded:', { ...read, http: { version: 2 } }, '`version` must be 1'],
    ['embedded:', { ...read, http: { unix_socket: '/s' } }, '`unix_socket` has no effect'],
    ['embedded:', { ...read, http: { proxy: 'http://p' } }, '`proxy` has no effect'],
    ['embedded:', { ...read, http: { tls: {} } }, '`tls` has no effect'],
    [HTTP, { ...read, http: { tls: {} } }, '`tls` has no effect: the connection string is not an https URL'],
  ])('%s %j', async (target, job, message) => {
    expect(await lines(target, job)).toEqual([expect.stringContaining(message)]);
  });

  test('of a mixed job of which no operation uses it', async () => {
    const mixed = [
      { type: 'read', sql },
      { type: 'update', sql, filter: { a: 1 } },
    ];
    expect(await lines('postgres://h/d', { type: 'mixed', schema: 's', filter: { b: 1 }, mixed })).toEqual([
      expect.stringContaining('jobs[0].filter: `filter` has no effect beside `sql`'),
      expect.stringContaining('jobs[0].mixed[1].filter: `filter` has no effect beside `sql`'),
    ]);
    expect(
      await lines('postgres://h/d', {
        type: 'mixed',
        schema: 's',
        filter: { b: 1 },
        mixed: [...mixed, { type: 'read' }],
      }),
    ).toHaveLength(1);
  });
});

describe('accepts a field with an effect', () => {
  test.each<[target: string, job: object]>([
    [HTTP, { ...update, filter: { name: '#name' } }],
    [HTTP, { ...read, filter: { _id: '#int(1,9)' }, http: { path: '/u/{key}' } }],
    [HTTP, { ...read, keys: 'latest', http: { path: '/u/{key}' } }],
    [HTTP, { ...read, keys: 'latest', http: { path: '/u?name=#name' } }],
    [HTTP, { ...read, keys: 'latest', http: { path: '/u/#raw(id)' } }],
    ['postgres://h/d', { ...read, keys: 'latest', sql: 'SELECT #name' }],
    ['mongodb://h', { ...read, keys: 'latest', filter: { a: { $gt: '#_id' } } }],
    [HTTP, { ...update, data_size: 9, read_first: true, http: { method: 'PUT', path: '/u/{key}' } }],
    ['https://h', { ...read, http: { tls: { server_name: 'a' } } }],
    [HTTP, { ...read, http: { tls: { server_name: 'a' }, proxy: 'https://p' } }],
    ['embedded:', { ...read, http: { proxy: null, version: 1 } }],
    [HTTP, { type: 'mixed', schema: 's', mixed: { read: 1, update: 1 }, keys: 'latest', read_first: true }],
  ])('%s %j', async (target, job) => {
    expect(await lines(target, job)).toEqual([]);
  });
});
