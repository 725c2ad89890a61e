import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Operation } from '../../src/drivers/driver.ts';
import { failure } from '../../src/shared/outcome.ts';
import { sqlOperation } from '../contract/driver/sql-options.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, startMariadb } from './mariadb.ts';
import { POSTGRES, startPostgres } from './postgresql.ts';
import { type Opened, SqlSessions } from './sql-sessions.ts';

interface TransactionServer {
  readonly url: string;
  ask(text: string): Promise<unknown[]>;
  stop(): Promise<void>;
}

const begin = (isolation?: string, readOnly = false): Operation =>
  sqlOperation({ transaction: { kind: 'begin', isolation, readOnly } });
const commit = sqlOperation({ transaction: { kind: 'commit' } });
const rollback = sqlOperation({ transaction: { kind: 'rollback' } });
const sql = (statement: string): Operation => sqlOperation({ type: 'update', statement });

const needs = { headers: false, body: true, maxBytes: 1000 };
const ADD = ['UPDATE t SET n = n + 1 WHERE id = 1', 'UPDATE t SET n = n + 1 WHERE id = 2'].map(sql);
const READ = sqlOperation({ statement: 'SELECT n FROM t WHERE id = 1', needs });

/** Transactions of both kinds of servers. */
function testTransactions(start: () => Promise<TransactionServer>): void {
  let server: TransactionServer;
  const sessions = new SqlSessions();

  beforeAll(async () => {
    server = await start();
    await server.ask('CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)');
  });
  beforeEach(async () => {
    await server.ask('DELETE FROM t');
    await server.ask('INSERT INTO t VALUES (1, 0), (2, 0)');
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  /** A worker that performs operations given as values, each known when it opens. */
  async function open(operations: readonly Operation[], query = ''): Promise<Worker> {
    return new Worker(await sessions.openAll(server.url + query, operations), operations);
  }

  const value = async (id: number): Promise<number> => {
    const [row] = await server.ask(`SELECT n FROM t WHERE id = ${id}`);
    return (row as { n: number }).n;
  };

  test('have the isolation level that they begin with, and later statements do not', async () => {
    const repeatable = begin('repeatable read');
    const committed = begin('read committed');
    const worker = await open([repeatable, committed, READ, commit]);
    const seen: unknown[] = [];
    for (const first of [repeatable, committed]) {
      await worker.run(first, READ);
      seen.push(worker.row);
      await server.ask('UPDATE t SET n = n + 1 WHERE id = 1');
      await worker.run(READ);
      seen.push(worker.row);
      await worker.run(commit);
    }
    expect(seen).toEqual([{ n: 0 }, { n: 0 }, { n: 1 }, { n: 2 }]);
  });

  test('refuse changes when they are read-only', async () => {
    const readOnly = begin(undefined, true);
    const worker = await open([readOnly, ADD[0]!, READ, rollback]);
    expect(await worker.run(readOnly, READ)).toEqual(['ok', 'ok']);
    expect([...(await worker.run(ADD[0]!)), worker.detail]).toEqual(['driver', 'read_only']);
    expect(await worker.run(rollback, ADD[0]!)).toEqual(['ok', 'ok']);
    expect(await value(1)).toBe(1);
  });

  test('in a deadlock: one fails as deadlock, the other commits', async () => {
    const first = begin();
    const operations = [first, ...ADD, commit, rollback];
    const one = await open(operations);
    const other = await open(operations);
    await one.run(first, ADD[0]!);
    await other.run(first, ADD[1]!);
    const outcomes = await Promise.all([one.run(ADD[1]!), other.run(ADD[0]!)]);
    expect(outcomes.flat().toSorted()).toEqual(['driver', 'ok']);
    const [victim, survivor] = outcomes[0][0] === 'driver' ? [one, other] : [other, one];
    expect(victim.detail).toBe('deadlock');
    expect(await victim.run(rollback)).toEqual(['ok']);
    expect(await survivor.run(commit)).toEqual(['ok']);
    expect([await value(1), await value(2)]).toEqual([1, 1]);
    // The victim repeats its transaction.
    expect(await victim.run(first, ADD[1]!, ADD[0]!, commit)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([await value(1), await value(2)]).toEqual([2, 2]);
  });

  test('that time out while they wait for a lock release their own locks', async () => {
    const first = begin();
    const holder = await open([first, ADD[0]!, rollback]);
    const waiting = await open([first, ...ADD, commit]);
    await holder.run(first, ADD[0]!);
    await waiting.run(first, ADD[1]!);
    const outcome = waiting.run(ADD[0]!);
    await delay(200);
    waiting.session.cancel(failure('timeout'));
    expect(await outcome).toEqual(['timeout']);
    // Row 2 is free again, while the other transaction still holds row 1.
    const third = await open([ADD[1]!]);
    expect(await third.run(ADD[1]!)).toEqual(['ok']);
    expect(await waiting.run(commit)).toEqual(['reset']);
    expect(await holder.run(rollback)).toEqual(['ok']);
    expect([await value(1), await value(2)]).toEqual([0, 1]);
    expect(await waiting.run(first, ADD[0]!, commit)).toEqual(['ok', 'ok', 'ok']);
    expect(await value(1)).toBe(1);
  });
}

/** A worker whose operations are given as values. */
class Worker {
  readonly session: Opened['session'];
  readonly #probe: Opened['probe'];
  readonly #operations: readonly Operation[];

  constructor({ session, probe }: Opened, operations: readonly Operation[]) {
    this.session = session;
    this.#probe = probe;
    this.#operations = operations;
  }

  /** Performs operations one after the other; returns their outcomes. */
  async run(...operations: readonly Operation[]): Promise<readonly string[]> {
    const outcomes: string[] = [];
    for (const operation of operations) {
      this.#probe.operation = this.#operations.indexOf(operation);
      outcomes.push(await this.#probe.request(0));
    }
    return outcomes;
  }

  get detail(): unknown {
    return this.#probe.detail;
  }

  get message(): string {
    return String(this.#probe.failure);
  }

  /** First row of the last response. */
  get row(): unknown {
    const rows = this.#probe.response?.value();
    return Array.isArray(rows) ? rows[0] : undefined;
  }
}

describeWithServices('transactions of PostgreSQL', [POSTGRES], () => {
  testTransactions(() => startPostgres(['deadlock_timeout=100ms']));
});

describeWithServices('transactions of MariaDB', [MARIADB], () => {
  testTransactions(() => startMariadb(['--innodb-lock-wait-timeout=20']));
});

describeWithServices('conflicts of PostgreSQL', [POSTGRES], () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  const sessions = new SqlSessions();
  beforeAll(async () => {
    server = await startPostgres();
    await server.ask('CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)');
    await server.ask('INSERT INTO t VALUES (1, 0), (2, 0)');
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  test.each([
    ['repeatable read', 'at the update'],
    ['serializable', 'at the update or the commit'],
  ])('in %s fail as serialization, %s', async (isolation) => {
    const first = begin(isolation);
    const operations = [first, READ, ...ADD, commit, rollback];
    const one = new Worker(await sessions.openAll(server.url, operations), operations);
    await one.run(first, READ);
    await server.ask('UPDATE t SET n = n + 1 WHERE id = 1');
    expect([...(await one.run(ADD[0]!)), one.detail]).toEqual(['driver', 'serialization']);
    // PostgreSQL answers the commit of a failed transaction with a rollback, and without an error.
    expect([...(await one.run(commit)), one.detail]).toEqual(['driver', undefined]);
    expect(one.message).toContain('the server rolled the transaction back at its commit');
    expect(await one.run(first, ADD[0]!, commit)).toEqual(['ok', 'ok', 'ok']);
  });

  test('of write skew fail at the commit as serialization', async () => {
    const first = begin('serializable');
    const sum = sqlOperation({ statement: 'SELECT sum(n) FROM t' });
    const operations = [first, sum, ...ADD, commit];
    const [one, other] = await Promise.all(
      [1, 2].map(async () => new Worker(await sessions.openAll(server.url, operations), operations)),
    );
    await one!.run(first, sum, ADD[0]!);
    await other!.run(first, sum, ADD[1]!);
    expect(await one!.run(commit)).toEqual(['ok']);
    expect([...(await other!.run(commit)), other!.detail]).toEqual(['driver', 'serialization']);
  });

  test("are lost when they exceed the server's limit on idle transactions", async () => {
    const first = begin();
    const operations = [first, ADD[0]!, commit];
    const url = `${server.url}?options=-c%20idle_in_transaction_session_timeout%3D50`;
    const worker = new Worker(await sessions.openAll(url, operations), operations);
    await worker.run(first, ADD[0]!);
    await delay(300);
    expect(await worker.run(commit)).toEqual(['reset']);
    expect(await worker.run(first, ADD[0]!, commit)).toEqual(['ok', 'ok', 'ok']);
  });
});

describeWithServices('conflicts of MariaDB', [MARIADB], () => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  const sessions = new SqlSessions();
  beforeAll(async () => {
    server = await startMariadb(['--innodb-lock-wait-timeout=1', '--innodb-snapshot-isolation=ON']);
    await server.ask('CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)');
    await server.ask('INSERT INTO t VALUES (1, 0), (2, 0)');
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  test('with a changed row in its snapshot fail as serialization', async () => {
    const first = begin('repeatable read');
    const operations = [first, READ, ADD[0]!, commit, rollback];
    const worker = new Worker(await sessions.openAll(server.url, operations), operations);
    await worker.run(first, READ);
    await server.ask('UPDATE t SET n = n + 1 WHERE id = 1');
    expect([...(await worker.run(ADD[0]!)), worker.detail]).toEqual(['driver', 'serialization']);
    expect(await worker.run(rollback, first, ADD[0]!, commit)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('that exceed the lock timeout fail as lock_timeout', async () => {
    const first = begin();
    const operations = [first, ADD[0]!, rollback];
    const [one, other] = await Promise.all(
      [1, 2].map(async () => new Worker(await sessions.openAll(server.url, operations), operations)),
    );
    await one!.run(first, ADD[0]!);
    expect([...(await other!.run(first, ADD[0]!)), other!.detail]).toEqual(['ok', 'driver', 'lock_timeout']);
    expect(await other!.run(rollback)).toEqual(['ok']);
  });
});
