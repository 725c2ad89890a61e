import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sqlOperation } from '../contract/driver/sql-options.ts';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { PGBOUNCER, type PgbouncerService, startPgbouncer } from './pgbouncer.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';
import { SqlSessions } from './sql-sessions.ts';

describeWithServices('PostgreSQL behind PgBouncer in transaction mode', [POSTGRES, PGBOUNCER], () => {
  let server: PostgresService;
  let pooler: PgbouncerService;
  const sessions = new SqlSessions();

  beforeAll(async () => {
    server = await startPostgres();
    pooler = await startPgbouncer(server.port, 3);
    for (const table of ['a', 'b']) {
      await server.ask(`CREATE TABLE ${table} (id int PRIMARY KEY, n int)`);
      await server.ask(`INSERT INTO ${table} SELECT i, 0 FROM generate_series(1, 100) i`);
    }
  });
  afterEach(() => sessions.closeAll());
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
  });

  test('never executes a statement prepared by another job', async () => {
    const job = (table: string): object => ({
      name: table,
      type: 'update',
      connections: 10,
      operations: 500,
      timeout: '30s',
      sql: `UPDATE ${table} SET n = n + 1 WHERE id = #int(1,100)`,
    });
    const workload = { connection_string: pooler.url, threads: 2, jobs: [{ parallel: [job('a'), job('b')] }] };
    const runs = await Promise.all([runWorkload(workload), runWorkload(workload)]);
    for (const { result } of runs) {
      expect(result.jobs.map(({ name, ok, errors }) => [name, ok, errors])).toEqual([
        ['a', 500, 0],
        ['b', 500, 0],
      ]);
    }
    const [sums] = await server.ask<{ a: number; b: number }>(
      'SELECT (SELECT sum(n)::int FROM a) AS a, (SELECT sum(n)::int FROM b) AS b',
    );
    expect(sums).toEqual({ a: 1000, b: 1000 });
  });

  test('executes a statement once on a connection that has not prepared it', async () => {
    await server.ask('CREATE TABLE once (n int)');
    const workers = await Promise.all(
      Array.from({ length: 6 }, () =>
        sessions.open(pooler.url, { type: 'write', statement: 'INSERT INTO once VALUES (#n)' }),
      ),
    );
    const outcomes = await Promise.all(
      workers.map(async ({ probe }, worker) => {
        for (let n = 0; n < 20; n++) await probe.request(worker * 20 + n);
        return probe.outcomes;
      }),
    );
    expect(outcomes.flat()).toEqual(Array.from({ length: 120 }, () => 'ok'));
    const [rows] = await server.ask<{ rows: number; values: number }>(
      'SELECT count(*)::int AS rows, count(DISTINCT n)::int AS values FROM once',
    );
    expect(rows).toEqual({ rows: 120, values: 120 });
  });

  test('runs transactions, of which a connection loses at most one to a statement that another one has prepared', async () => {
    await server.ask('CREATE TABLE paid (n int)');
    await server.ask('INSERT INTO paid VALUES (0)');
    const operations = [
      { transaction: { kind: 'begin', isolation: undefined, readOnly: false } },
      { type: 'update', statement: 'UPDATE paid SET n = n + 1' },
      { transaction: { kind: 'commit' } },
      { transaction: { kind: 'rollback' } },
    ] as const;
    const workers = await Promise.all(
      Array.from({ length: 6 }, () => sessions.openAll(pooler.url, operations.map(sqlOperation))),
    );
    const committed = await Promise.all(
      workers.map(async ({ probe }) => {
        const run = async (operation: number): Promise<boolean> => {
          probe.operation = operation;
          return (await probe.request(0)) === 'ok';
        };
        let commits = 0;
        for (let n = 0; n < 20; n++) {
          await run(0);
          if ((await run(1)) && (await run(2))) commits++;
          else expect(await run(3)).toBe(true);
        }
        return commits;
      }),
    );
    for (const commits of committed) expect(commits).toBeGreaterThanOrEqual(19);
    const [row] = await server.ask<{ n: number }>('SELECT n FROM paid');
    expect(row?.n).toBe(committed.reduce((sum, commits) => sum + commits, 0));
  });
});
