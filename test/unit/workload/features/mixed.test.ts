import { describe, expect, test } from 'vitest';
import { planJob } from '../planning.ts';

const SCHEMAS = [{ name: 'user', collection: 'users', schema: { name: '#name' }, save: ['name'] }];

describe('the mix of a job', () => {
  test('of a job of one type is one operation', async () => {
    const job = await planJob({
      type: 'update',
      data_size: '1KB',
      filter: { _id: '#id', a: '#int(1,9)' },
      read_first: true,
      keys: 'latest',
    });
    expect(job.mix).toMatchObject([
      {
        type: 'update',
        weight: 1,
        batchSize: 1,
        dataSize: { kind: 'constant', value: 1000 },
        filter: { _id: '#id', a: '#int(1,9)' },
        readFirst: true,
        keys: { distribution: 'latest', theta: 0.99 },
      },
    ]);
  });

  test('given as weights has the settings of the job', async () => {
    const job = await planJob(
      {
        type: 'mixed',
        schema: 'user',
        mixed: { read: 95, bulk_write: 0.5 },
        keys: 'zipfian',
        batch_size: 7,
        data_size: 9,
      },
      { schemas: SCHEMAS },
    );
    expect(job).toMatchObject({ type: 'mixed', name: 'mixed', operations: Infinity });
    const shared = { document: { name: '#name' }, saved: ['name'], dataSize: { kind: 'constant', value: 9 } };
    const keys = { distribution: 'zipfian', theta: 0.99, scrambled: true };
    expect(job.mix).toMatchObject([
      { type: 'read', weight: 95, batchSize: 1, keys, ...shared },
      { type: 'bulk_write', weight: 0.5, batchSize: 7, keys, ...shared },
    ]);
  });

  test('given as operations has their settings, and those of the job for the rest', async () => {
    const job = await planJob({
      type: 'mixed',
      keys: 'latest',
      http: { headers: { 'x-a': '1' } },
      mixed: [
        { type: 'read', weight: 3 },
        {
          type: 'read',
          keys: { distribution: 'hotspot', hot_keys: 0.1 },
          http: { path: '/other/{key}', headers: { 'x-b': '2' } },
        },
        { type: 'update', read_first: true },
      ],
    });
    expect(job.http).toMatchObject({ headers: { 'x-a': '1' }, path: undefined });
    expect(job.mix).toMatchObject([
      { type: 'read', weight: 3, keys: { distribution: 'latest' }, http: { headers: { 'x-a': '1' }, path: undefined } },
      {
        type: 'read',
        weight: 1,
        keys: { distribution: 'hotspot', hotKeys: 0.1, hotOperations: 0.8 },
        http: { headers: { 'x-a': '1', 'x-b': '2' }, path: '/other/{key}' },
      },
      { type: 'update', weight: 1, readFirst: true, keys: { distribution: 'latest' } },
    ]);
  });

  test.each([
    ['uniform', { distribution: 'uniform' }],
    ['sequential', { distribution: 'sequential' }],
    [
      { distribution: 'zipfian', theta: 0.5, scrambled: false },
      { distribution: 'zipfian', theta: 0.5, scrambled: false },
    ],
    [
      { distribution: 'latest', theta: 0.7 },
      { distribution: 'latest', theta: 0.7 },
    ],
    ['hotspot', { distribution: 'hotspot', hotKeys: 0.2, hotOperations: 0.8 }],
  ])('has keys %j', async (keys, expected) => {
    expect((await planJob({ keys })).mix[0]?.keys).toEqual(expected);
  });
});

describe('raw requests', () => {
  const target = (url: string) => ({ connection_string: url });

  test.each([
    ['postgres://h/d', { sql: 'SELECT #int(1,9)' }, 'SELECT #int(1,9)'],
    ['redis://h', { command: 'GET k' }, 'GET k'],
    ['redis://h', { command: ['GET', '#word'] }, ['GET', '#word']],
    ['mongodb://h', { command: { ping: 1 } }, { ping: 1 }],
  ])('over %s: %j', async (connectionString, request, statement) => {
    const job = await planJob({ collection: undefined, ...request }, {}, { overrides: target(connectionString) });
    expect(job.mix).toMatchObject([{ type: 'read', statement }]);
    expect(job.collection).toBe('');
  });

  test('are planned for operations', async () => {
    const mixed = [
      { type: 'read', sql: 'SELECT 1' },
      { type: 'update', sql: 'UPDATE t SET a = 1' },
    ];
    const job = await planJob(
      { type: 'mixed', collection: undefined, mixed },
      {},
      { overrides: target('mysql://h/d') },
    );
    expect(job.mix.map(({ statement }) => statement)).toEqual(['SELECT 1', 'UPDATE t SET a = 1']);
  });

  test('are planned for indexes of a database', async () => {
    const indexes = [{ keys: { a: 1, b: -1 }, options: { unique: true } }, { keys: { c: 'text' } }];
    const job = await planJob({ type: 'create_index', indexes }, {}, { overrides: target('mongodb://h/d') });
    expect(job).toMatchObject({ operations: 1 });
    expect(job.mix[0]?.indexes).toEqual([indexes[0], { keys: { c: 'text' }, options: {} }]);
  });
});
