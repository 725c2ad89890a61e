import { afterEach, describe, expect, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices, type ServiceBinary } from './binary.ts';
import { FERRETDB, startFerretdb } from './ferretdb.ts';
import { MARIADB, startMariadb } from './mariadb.ts';
import { POSTGRES, startPostgres } from './postgresql.ts';
import { REDIS, startRedis } from './redis.ts';
import type { Service } from './service.ts';

type Start = () => Promise<Service & { readonly url: string }>;

const DOCUMENTS = 400;
const schemas = [{ name: 'user', collection: 'users', schema: { _id: '#id', name: '#name' }, save: ['name'] }];
const write = { name: 'w', type: 'write', schema: 'user', connections: 4, operations: DOCUMENTS, data_size: 1000 };

async function run(url: string, jobs: readonly object[]): Promise<Awaited<ReturnType<typeof runWorkload>>['result']> {
  const workload = { connection_string: url, jobs: jobs.map((job) => ({ schema: 'user', ...job })), schemas };
  const { status, stderr, result } = await runWorkload(workload, ['--threads', '2']);
  expect(status, stderr).toBe(0);
  expect(result.failures).toEqual([]);
  return result;
}

/** Deletes as a run with any target counts them: each takes the oldest document that is left. */
async function expectDeletes(url: string, reads = 500): Promise<void> {
  const { jobs } = await run(url, [
    { name: 'clear', type: 'drop_collection' },
    write,
    { name: 'some', type: 'delete', connections: 4, operations: 100 },
    { name: 'live', type: 'read', connections: 4, operations: reads },
    { name: 'rest', type: 'delete', connections: 4, operations: 350 },
    { name: 'gone', type: 'delete', operations: 10 },
  ]);
  expect(jobs.slice(1).map(({ name, ok, miss, errors }) => [name, ok, miss, errors])).toEqual([
    ['w', DOCUMENTS, 0, 0],
    ['some', 100, 0, 0],
    ['live', reads, 0, 0],
    ['rest', 300, 50, 0],
    ['gone', 0, 10, 0],
  ]);
}

/** A mix in which reads, some of them of deleted documents, and deletes add up. */
async function expectMix(url: string): Promise<void> {
  const { jobs } = await run(url, [
    { name: 'clear', type: 'drop_collection' },
    write,
    { name: 'm', type: 'mixed', connections: 4, operations: 400, mixed: { read: 1, delete: 1 } },
  ]);
  const [reads, deletes] = jobs.slice(-2);
  expect(deletes).toMatchObject({ type: 'delete', ok: 200, miss: 0, errors: 0 });
  expect(reads).toMatchObject({ type: 'read', requests: 200, errors: 0 });
  // On average a quarter of the documents is gone: 50 of 200, with a standard deviation of 6.
  expect(reads?.miss).toBeGreaterThan(20);
  expect(reads?.miss).toBeLessThan(80);
}

async function expectDeletesByFilter(url: string): Promise<void> {
  const { jobs } = await run(url, [
    { name: 'clear', type: 'drop_collection' },
    { ...write, operations: 50 },
    { name: 'none', type: 'delete', operations: 5, filter: { name: 'of none' } },
    { name: 'named', type: 'delete', operations: 50, filter: { name: '#name' } },
    { name: 'left', type: 'delete', operations: 50 },
  ]);
  const [none, named, left] = jobs.slice(-3);
  expect(none).toMatchObject({ ok: 0, miss: 5 });
  // Each delete takes one document, though some of the names occur twice.
  expect(named).toMatchObject({ ok: 50, miss: 0 });
  expect(left).toMatchObject({ ok: 0, miss: 50 });
}

async function expectScans(url: string, documents = DOCUMENTS): Promise<void> {
  const scan = { type: 'scan', connections: 4, operations: 200 };
  const { jobs } = await run(url, [
    { name: 'clear', type: 'drop_collection' },
    { ...write, operations: documents },
    { ...scan, name: 'one', scan_length: 1 },
    { ...scan, name: 'twenty', scan_length: 20 },
    { ...scan, name: 'few', scan_length: { uniform: [1, 39] } },
  ]);
  const [one, twenty, few] = jobs.slice(-3);
  for (const job of [one, twenty, few]) expect(job).toMatchObject({ type: 'scan', ok: 200, miss: 0, errors: 0 });
  // A scan near the last key finds fewer: 20 of 400 keys find 10 on average.
  const bytes = (one?.received_bytes ?? 0) / 200;
  const rows = (job: typeof one): number => (job?.received_bytes ?? 0) / 200 / bytes;
  expect(rows(twenty)).toBeGreaterThan(16);
  expect(rows(twenty)).toBeLessThanOrEqual(20);
  expect(rows(few)).toBeGreaterThan(14);
  expect(rows(few)).toBeLessThan(24);
}

test('deletes and scans of the built-in store', async () => {
  await expectDeletes('embedded:');
  await expectMix('embedded:');
  await expectDeletesByFilter('embedded:');
  await expectScans('embedded:');
});

describe.each<[string, ServiceBinary, Start]>([
  ['PostgreSQL', POSTGRES, startPostgres],
  ['MariaDB', MARIADB, startMariadb],
  ['Redis', REDIS, startRedis],
  ['MongoDB', FERRETDB, startFerretdb],
])('%s', (name, binary, start) => {
  describeWithServices(`deletes and scans on a real ${name}`, [binary], () => {
    let server: Awaited<ReturnType<Start>> | undefined;
    afterEach(() => server?.stop());

    test('count as the server finds documents', async () => {
      server = await start();
      // FerretDB reads the whole collection for each scan, and takes ten times as long for a document.
      const isFerret = name === 'MongoDB';
      await expectDeletes(server.url, isFerret ? 200 : undefined);
      await expectMix(server.url);
      if (name === 'Redis') return; // finds by key only, in no order
      await expectDeletesByFilter(server.url);
      await expectScans(server.url, isFerret ? DOCUMENTS / 2 : undefined);
    });
  });
});
