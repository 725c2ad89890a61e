import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { Agent, loadbot, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';

/** A database server as runs see it. */
export interface SqlServer {
  readonly url: string;
  ask(text: string): Promise<unknown[]>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const user = {
  name: 'user',
  collection: 'users',
  schema: {
    _id: '#id',
    name: '#string',
    age: '#int(18,99)',
    score: '#float(0,10)',
    active: true,
    seen: '#now',
    address: { city: '#string', tags: ['#string', 'home'] },
  },
  save: ['name'],
};

/** What runs of the installed command must do with any SQL server. */
export function testRuns(start: () => Promise<SqlServer>): void {
  let server: SqlServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  let crashes = 0;

  async function countOf(table: string, condition = '1 = 1'): Promise<number> {
    const [row] = await server.ask(`SELECT count(*) AS n FROM ${table} WHERE ${condition}`);
    return Number((row as { n: unknown }).n);
  }

  test('every job type stores the rows that the result file counts', async () => {
    const { status, result } = await runWorkload(
      {
        connection_string: server.url,
        jobs: [
          { name: 'drop', type: 'drop_collection', schema: 'user' },
          { name: 'w', type: 'write', schema: 'user', connections: 8, operations: 1000 },
          { name: 'b', type: 'bulk_write', schema: 'user', connections: 3, operations: 20, batch_size: 50 },
          { name: 'i', type: 'create_index', schema: 'user', indexes: [{ keys: { name: 1, age: -1 } }] },
          // An existing table is not an error, nor is its concurrent creation by a second worker.
          {
            name: 'i again',
            type: 'create_index',
            schema: 'user',
            connections: 4,
            operations: 8,
            indexes: [{ keys: { name: 1, age: -1 } }, { keys: { age: 1 } }],
          },
          { name: 'r', type: 'read', schema: 'user', connections: 8, operations: 1000 },
          { name: 'by name', type: 'read', schema: 'user', connections: 4, operations: 500, filter: { name: '#name' } },
          { name: 'nobody', type: 'read', schema: 'user', connections: 2, operations: 50, filter: { age: 7 } },
          { name: 'u', type: 'update', schema: 'user', connections: 4, operations: 300 },
        ],
        schemas: [user],
      },
      ['--threads', '2'],
    );
    expect(status).toBe(0);
    expect(result.failures).toEqual([]);
    expect(result.jobs.map(({ name, ok, miss, errors }) => [name, ok, miss, errors])).toEqual([
      ['drop', 1, 0, 0],
      ['w', 1000, 0, 0],
      ['b', 20, 0, 0],
      ['i', 1, 0, 0],
      ['i again', 8, 0, 0],
      ['r', 1000, 0, 0],
      ['by name', 500, 0, 0],
      ['nobody', 0, 50, 0],
      ['u', 300, 0, 0],
    ]);
    expect(await countOf('users')).toBe(1000 + 20 * 50);
    expect(await countOf('users', 'age BETWEEN 18 AND 99 AND score BETWEEN 0 AND 10 AND active')).toBe(2000);
    for (const { sent_bytes: sent, received_bytes: received } of result.jobs)
      expect(Math.min(sent, received)).toBeGreaterThan(0);
  });

  test('drop_collection removes the table', async () => {
    await runWorkload({
      connection_string: server.url,
      jobs: [
        { type: 'write', schema: 'user', collection: 'short_lived', operations: 10 },
        { type: 'drop_collection', schema: 'user', collection: 'short_lived' },
      ],
      schemas: [user],
    });
    await expect(countOf('short_lived')).rejects.toThrow(/short_lived/);
  });

  test('supports a bulk write with more values than a statement has parameters', async () => {
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [{ type: 'bulk_write', schema: 'pair', operations: 2, batch_size: 40_000, timeout: '20s' }],
      schemas: [{ name: 'pair', collection: 'pairs', schema: { _id: '#id', n: '#int(1,9)' } }],
    });
    expect(result.jobs[0]).toMatchObject({ ok: 2, errors: 0 });
    expect(await countOf('pairs', 'n BETWEEN 1 AND 9')).toBe(80_000);
  });

  test('custom statements write to an existing table, with parameters of the right types', async () => {
    await server.ask('CREATE TABLE accounts (aid int PRIMARY KEY, label varchar(20), balance bigint NOT NULL)');
    await server.ask(
      `INSERT INTO accounts VALUES ${Array.from({ length: 100 }, (_, n) => `(${n + 1}, 'a', 0)`).join()}`,
    );
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [
        {
          name: 'there',
          type: 'read',
          connections: 4,
          operations: 400,
          sql: 'SELECT balance FROM accounts WHERE aid = #int(1,100)',
        },
        { name: 'gone', type: 'read', operations: 50, sql: 'SELECT balance FROM accounts WHERE aid = #int(101,200)' },
        {
          name: 'paid',
          type: 'update',
          connections: 2,
          operations: 200,
          sql: 'UPDATE accounts SET balance = balance + #int(1,1), label = #string WHERE aid = #int(1,100)',
        },
        {
          name: 'nobody',
          type: 'update',
          operations: 20,
          sql: 'UPDATE accounts SET balance = 9 WHERE aid = #int(101,200)',
        },
        { name: 'some', type: 'read', operations: 20, sql: 'SELECT aid FROM accounts ORDER BY aid LIMIT #int(1,5)' },
      ],
    });
    expect(result.failures).toEqual([]);
    expect(result.jobs.map(({ ok, miss, errors }) => [ok, miss, errors])).toEqual([
      [400, 0, 0],
      [0, 50, 0],
      [200, 0, 0],
      [0, 20, 0],
      [20, 0, 0],
    ]);
    const [row] = await server.ask('SELECT sum(balance) AS n FROM accounts');
    expect(Number((row as { n: unknown }).n)).toBe(200);
  });

  test('a mixed job counts each of its operations, all of which arrive', async () => {
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [
        { type: 'drop_collection', schema: 'mix' },
        { type: 'write', schema: 'mix', operations: 100 },
        { type: 'mixed', schema: 'mix', connections: 4, operations: 1000, mixed: { read: 70, update: 20, write: 10 } },
      ],
      schemas: [{ ...user, name: 'mix', collection: 'mixed_users' }],
    });
    const sum = (type: string, field: 'ok' | 'miss' | 'errors'): number =>
      result.jobs.filter((job) => job.type === type).reduce((n, job) => n + job[field], 0);
    // No read uses a document whose write is still in flight on another connection.
    expect(['read', 'update', 'write'].map((type) => sum(type, 'ok'))).toEqual([700, 200, 200]);
    expect(['read', 'update', 'write'].map((type) => sum(type, 'miss'))).toEqual([0, 0, 0]);
    expect(['read', 'update', 'write'].map((type) => sum(type, 'errors'))).toEqual([0, 0, 0]);
    expect(await countOf('mixed_users')).toBe(200);
  });

  test('counts every request when the server is killed and comes back', async () => {
    // A table for each try.
    const collection = `survivors_${++crashes}`;
    const out = scratchFile('result.json');
    const workload = {
      connection_string: server.url,
      jobs: [{ type: 'write', schema: 'user', collection, connections: 8, duration: '10m', timeout: '10s' }],
      schemas: [user],
    };
    const stored = (): Promise<number> => countOf(collection).catch(() => 0); // the table is made by the job
    const agent = new Agent(['run', workloadFile(workload), '--out', out]);
    await agent.sees(/write/);
    await expect.poll(stored).toBeGreaterThan(100);
    await server.kill();
    await sleep(500);
    await server.restart();
    const before = await stored();
    await expect.poll(stored).toBeGreaterThan(before + 100);
    agent.child.kill('SIGINT');
    expect((await agent.ended).status).toBe(105);
    const result: ResultDocument = readResult(out);
    const [job] = result.jobs;
    if (job === undefined) throw new Error('no job');
    expect(job.started).toBe(job.ok + job.miss + job.errors + job.aborted);
    expect(job.errors).toBeGreaterThan(0);
    expect(job.miss).toBe(0);
    // Written again after the restart, or the last of them would be from before.
    expect(result.failures.map((failure) => failure.class)).toEqual(expect.arrayContaining(['refused']));
    // A write whose answer was lost may have been stored: at most one for each worker that the crash cut off.
    const rows = await countOf(collection);
    expect(rows).toBeGreaterThanOrEqual(job.ok);
    expect(rows).toBeLessThanOrEqual(
      job.ok + (job.errors_by_class['reset'] ?? 0) + (job.errors_by_class['timeout'] ?? 0) + job.aborted,
    );
  });

  test.each([
    ['password', (url: URL) => (url.password = 'do-not-show'), /authentication at \S+ failed/],
    ['database', (url: URL) => (url.pathname = '/nowhere'), /database does not exist|to database 'nowhere'/],
  ])('reports a wrong %s before the run, without the password', async (_, spoil, message) => {
    const url = new URL(server.url);
    spoil(url);
    const workload = {
      connection_string: url.href,
      jobs: [{ type: 'write', schema: 'user', operations: 1 }],
      schemas: [user],
    };
    const { status, stdout, stderr } = await loadbot(['run', workloadFile(workload)]);
    expect(status).toBe(104);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(url.host);
    expect(stdout + stderr).not.toMatch(/do-not-show|secret/);
  });
}
