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

type ResultJobs = Awaited<ReturnType<typeof runWorkload>>['result']['jobs'];

/** Jobs with a collection of their own, and what their results must be. */
interface Part {
  readonly jobs: readonly object[];
  readonly check: (jobs: ResultJobs) => void;
}

const write = { name: 'w', type: 'write', connections: 4, operations: DOCUMENTS, data_size: 1000 };

/** Runs all parts one after the other, in one process. */
async function expectAll(url: string, parts: readonly Part[]): Promise<void> {
  const schemas = parts.map((_, index) => ({
    name: `user${index}`,
    collection: `users${index}`,
    schema: { _id: '#id', name: '#name' },
    save: ['name'],
  }));
  const jobs = parts.flatMap((part, index) => part.jobs.map((job) => ({ schema: `user${index}`, ...job })));
  const { status, stderr, result } = await runWorkload({ connection_string: url, jobs, schemas }, ['--threads', '2']);
  expect(status, stderr).toBe(0);
  expect(result.failures).toEqual([]);
  let from = 0;
  for (const part of parts) {
    // A mixed job has a result for each type.
    const count = part.jobs.flatMap((job) => ('mixed' in job ? Object.keys(job.mixed as object) : [''])).length;
    part.check(result.jobs.slice(from, from + count));
    from += count;
  }
  expect(result.jobs).toHaveLength(from);
}

/** Deletes as a run with any target counts them: each takes the oldest document that is left. */
function deletes(reads = 500): Part {
  return {
    jobs: [
      write,
      { name: 'some', type: 'delete', connections: 4, operations: 100 },
      { name: 'live', type: 'read', connections: 4, operations: reads },
      { name: 'rest', type: 'delete', connections: 4, operations: 350 },
      { name: 'gone', type: 'delete', operations: 10 },
    ],
    check: (jobs) =>
      expect(jobs.map(({ name, ok, miss, errors }) => [name, ok, miss, errors])).toEqual([
        ['w', DOCUMENTS, 0, 0],
        ['some', 100, 0, 0],
        ['live', reads, 0, 0],
        ['rest', 300, 50, 0],
        ['gone', 0, 10, 0],
      ]),
  };
}

/** A mix in which reads, some of them of deleted documents, and deletes add up. */
const MIX: Part = {
  jobs: [write, { name: 'm', type: 'mixed', connections: 4, operations: 400, mixed: { read: 1, delete: 1 } }],
  check([, ofReads, ofDeletes]) {
    expect(ofDeletes).toMatchObject({ type: 'delete', ok: 200, miss: 0, errors: 0 });
    expect(ofReads).toMatchObject({ type: 'read', requests: 200, errors: 0 });
    // On average a quarter of the documents is gone: 50 of 200, with a standard deviation of 6.
    expect(ofReads?.miss).toBeGreaterThan(20);
    expect(ofReads?.miss).toBeLessThan(80);
  },
};

const DELETES_BY_FILTER: Part = {
  jobs: [
    { ...write, operations: 50 },
    { name: 'none', type: 'delete', operations: 5, filter: { name: 'of none' } },
    { name: 'named', type: 'delete', operations: 50, filter: { name: '#name' } },
    { name: 'left', type: 'delete', operations: 50 },
  ],
  check([, none, named, left]) {
    expect(none).toMatchObject({ ok: 0, miss: 5 });
    // Each delete takes one document, though some of the names occur twice.
    expect(named).toMatchObject({ ok: 50, miss: 0 });
    expect(left).toMatchObject({ ok: 0, miss: 50 });
  },
};

function scans({ documents = DOCUMENTS, operations = 200 } = {}): Part {
  const scan = { type: 'scan', connections: 4, operations };
  return {
    jobs: [
      { ...write, operations: documents },
      { ...scan, name: 'one', scan_length: 1 },
      { ...scan, name: 'twenty', scan_length: 20 },
      { ...scan, name: 'few', scan_length: { uniform: [1, 39] } },
    ],
    check([, one, twenty, few]) {
      for (const job of [one, twenty, few]) {
        expect(job).toMatchObject({ type: 'scan', ok: operations, miss: 0, errors: 0 });
      }
      // A scan near the last key finds fewer: 20 of 400 keys find 10 on average.
      const bytes = (one?.received_bytes ?? 0) / operations;
      const rows = (job: typeof one): number => (job?.received_bytes ?? 0) / operations / bytes;
      expect(rows(twenty)).toBeGreaterThan(16);
      expect(rows(twenty)).toBeLessThanOrEqual(20);
      expect(rows(few)).toBeGreaterThan(14);
      expect(rows(few)).toBeLessThan(24);
    },
  };
}

test('deletes and scans of the built-in store', () =>
  expectAll('embedded:', [deletes(), MIX, DELETES_BY_FILTER, scans()]));

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
      await expectAll(server.url, [
        deletes(isFerret ? 200 : undefined),
        MIX,
        // Redis finds by key only, in no order.
        ...(name === 'Redis' ? [] : [DELETES_BY_FILTER]),
        ...(name === 'Redis' ? [] : [scans(isFerret ? { documents: DOCUMENTS / 2, operations: 100 } : {})]),
      ]);
    });
  });
});
