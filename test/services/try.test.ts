import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadbot, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';

describeWithServices('try with a database', [POSTGRES], () => {
  let server: PostgresService;
  beforeAll(async () => {
    server = await startPostgres();
    await server.ask('CREATE TABLE accounts (id int PRIMARY KEY, balance int)');
    await server.ask('INSERT INTO accounts VALUES (1, 100), (2, 200)');
  });
  afterAll(() => server.stop());

  test('runs one transaction, with captured rows, and rolls back a failed one', async () => {
    const job = (expected: number): object => ({
      name: 'transfer',
      type: 'scenario',
      connections: 10,
      duration: '1h',
      transaction: {},
      steps: [
        {
          name: 'take',
          sql: 'UPDATE accounts SET balance = balance - 10 WHERE id = 1 RETURNING balance',
          capture: { left: { row: 'balance' } },
        },
        { name: 'list', sql: 'SELECT id FROM accounts WHERE balance <= #take.left', expect: { rows: expected } },
      ],
    });
    const attempt = (expected: number): ReturnType<typeof loadbot> =>
      loadbot(['try', workloadFile({ connection_string: server.url, jobs: [job(expected)] })]);
    const good = await attempt(1);
    expect(good.status, good.stderr + good.stdout).toBe(0);
    expect(good.stdout).toMatch(/^transfer · begin\n {2}BEGIN\n {2}(?:0 rows|ok) in /);
    expect(good.stdout).toContain('captured left = 90\n');
    expect(good.stdout).toContain('  SELECT id FROM accounts WHERE balance <= 90\n  1 row in ');
    expect(good.stdout).toContain('  check passed: rows\n  | [{"id":1}]\n');
    expect(good.stdout).toMatch(/4 requests: ok\n$/);
    expect(await server.ask('SELECT balance FROM accounts WHERE id = 1')).toEqual([{ balance: 90 }]);
    const bad = await attempt(2);
    expect(bad.status, bad.stderr + bad.stdout).toBe(99);
    expect(bad.stdout).toContain('check failed: rows: expected 2, got 1');
    expect(bad.stdout).toContain('ROLLBACK');
    expect(await server.ask('SELECT balance FROM accounts WHERE id = 1')).toEqual([{ balance: 90 }]);
  });
});
