import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithServices } from '../services/binary.ts';
import { MARIADB, type MariadbService, startMariadb } from '../services/mariadb.ts';
import { POSTGRES, type PostgresService, startPostgres } from '../services/postgresql.ts';
import { countsOf, readJobs, requestsOf, runScript } from './script.ts';
import { PGBENCH, PIZZAS, SYSBENCH, TPCC } from './server/tables.ts';

/** Asserts that each iteration sent its steps as often as the script says. */
function expectAllSteps(name: string, counts: Readonly<Record<string, number>>): void {
  for (const job of readJobs(name)) {
    if (job.type !== 'scenario') continue;
    expect(counts[`iterations of ${job.name}`]).toBe(job.operations);
    for (const { name: step, times } of requestsOf(job.steps ?? [])) {
      if (times === undefined) expect(counts[step], step).toBeGreaterThan(0);
      else expect(counts[step], step).toBe(job.operations * times);
    }
  }
}

describeWithServices('scripts for PostgreSQL', [POSTGRES], () => {
  let server: PostgresService;
  beforeAll(async () => {
    server = await startPostgres();
    for (const statement of [...PGBENCH, ...PIZZAS, ...TPCC]) await server.ask(statement);
  });
  afterAll(() => server.stop());

  /** Sums of the balances and of the history, and the number of its rows. */
  const balances = async (): Promise<Readonly<Record<string, number>>> => {
    const [sums] = await server.ask<Record<string, string>>(`SELECT
      (SELECT sum(abalance) FROM pgbench_accounts) AS accounts, (SELECT sum(tbalance) FROM pgbench_tellers) AS tellers,
      (SELECT sum(bbalance) FROM pgbench_branches) AS branches,
      (SELECT coalesce(sum(delta), 0) FROM pgbench_history) AS history, (SELECT count(*) FROM pgbench_history) AS rows`);
    return Object.fromEntries(Object.entries(sums ?? {}).map(([name, value]) => [name, Number(value)]));
  };

  test('pgbench-tpcb: the balances of accounts, tellers and branches agree', async () => {
    const { result } = await runScript('pgbench-tpcb', server.url);
    expectAllSteps('pgbench-tpcb', countsOf(result));
    const { accounts, tellers, branches, history, rows } = await balances();
    expect(rows).toBe(200);
    expect([accounts, tellers, branches]).toEqual([history, history, history]);
    expect(history).not.toBe(0);
  });

  test('pgbench-simple-update: accounts and history agree, tellers and branches do not change', async () => {
    const before = await balances();
    const { result } = await runScript('pgbench-simple-update', server.url);
    expectAllSteps('pgbench-simple-update', countsOf(result));
    const after = await balances();
    expect(after['rows']).toBe((before['rows'] ?? 0) + 200);
    expect(after['accounts']).toBe(after['history']);
    expect([after['tellers'], after['branches']]).toEqual([before['tellers'], before['branches']]);
  });

  test('pgbench-select-only: changes no balance', async () => {
    const before = await balances();
    const { result } = await runScript('pgbench-select-only', server.url);
    expectAllSteps('pgbench-select-only', countsOf(result));
    expect(await balances()).toEqual(before);
  });

  test('k6-sql-pizza: the table has a rating for each insert', async () => {
    const { result } = await runScript('k6-sql-pizza', server.url);
    expect(countsOf(result)).toEqual({ 'get pizza': 200, 'insert rating': 200 });
    const rows = await server.ask('SELECT pizza_id, stars FROM ratings GROUP BY pizza_id, stars');
    expect(rows).toHaveLength(15);
    expect(await server.ask('SELECT count(*)::int AS n FROM ratings')).toEqual([{ n: 200 }]);
  });

  test('hammerdb-tpcc: the tables have an order for each new-order transaction, and the payments agree', async () => {
    const { result } = await runScript('hammerdb-tpcc', server.url);
    const counts = countsOf(result);
    expectAllSteps('hammerdb-tpcc', counts);
    const orders = await server.ask('SELECT count(*)::int AS n, sum(id)::int AS ids FROM orders');
    const numbers = await server.ask(`SELECT sum(next_order - 1)::int AS n,
      sum((next_order - 1) * next_order / 2)::int AS ids FROM district`);
    expect(orders).toEqual(numbers);
    expect(orders).toEqual([{ n: counts['new_order'], ids: expect.any(Number) }]);
    const [paid] = await server.ask<{ ytd: string; balance: string }>(
      'SELECT (SELECT sum(ytd) FROM district) AS ytd, (SELECT -sum(balance) FROM customer) AS balance',
    );
    expect(paid?.ytd).toBe(paid?.balance);
    expect(Number(paid?.ytd)).toBeGreaterThan(0);
  });
});

describeWithServices('scripts for MariaDB', [MARIADB], () => {
  let server: MariadbService;
  beforeAll(async () => {
    server = await startMariadb();
    for (const statement of SYSBENCH) await server.ask(statement);
  });
  afterAll(() => server.stop());

  test('sysbench-read-write: each row exists once, most with new contents', async () => {
    const { result } = await runScript('sysbench-read-write', server.url);
    expectAllSteps('sysbench-read-write', countsOf(result));
    const [table] = await server.ask<{ rows: number; changed: number }>(
      "SELECT COUNT(*) AS `rows`, SUM(c <> REPEAT('c', 119)) AS changed FROM sbtest1",
    );
    expect(Number(table?.rows)).toBe(1000);
    expect(Number(table?.changed)).toBeGreaterThan(150);
  });
});
