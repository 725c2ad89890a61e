import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { postgresDialect } from '../../src/drivers/postgres/dialect.ts';
import { classifyPostgresError } from '../../src/drivers/postgres/errors.ts';
import { TableCreator, tableOf } from '../../src/drivers/sql/table.ts';
import { failure } from '../../src/shared/outcome.ts';
import { sqlOperation } from '../contract/driver/sql-options.ts';
import { describeWithServices } from './binary.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';
import { testRuns } from './sql-runs.ts';
import { fillUp, SqlSessions } from './sql-sessions.ts';

const TIMEOUT = failure('timeout');
const CA = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));

/** Locks two rows, the second after a while. */
const LOCK_BOTH = `CREATE FUNCTION lock_both(one int, other int) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE locks SET n = n + 1 WHERE id = one;
    PERFORM pg_sleep(0.3);
    UPDATE locks SET n = n + 1 WHERE id = other;
  END $$`;

describeWithServices('runs against PostgreSQL', [POSTGRES], () => testRuns(() => startPostgres()));

describeWithServices('errors of PostgreSQL', [POSTGRES], () => {
  let server: PostgresService;
  const sessions = new SqlSessions();
  const open = sessions.open.bind(sessions);

  beforeAll(async () => {
    server = await startPostgres(['max_connections=12', 'superuser_reserved_connections=0', 'deadlock_timeout=100ms']);
    await server.ask('CREATE TABLE locks (id int PRIMARY KEY, n int)');
    await server.ask('INSERT INTO locks VALUES (1, 0), (2, 0)');
    await server.ask(LOCK_BOTH);
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  test('reports an existing key', async () => {
    const { probe } = await open(server.url, { type: 'write' });
    expect(await probe.request(1)).toBe('ok');
    expect(await probe.request(1)).toBe('driver');
    expect(probe.detail).toBe('duplicate_key');
    expect(String(probe.failure)).toContain('duplicate key value violates unique constraint "docs_pkey"');
    probe.detail = undefined;
    expect(await probe.request(2)).toBe('ok');
    expect(probe.detail).toBeUndefined();
  });

  test('connections that create a table at once can all use it', async () => {
    const clients = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const client = new pg.Client(server.url);
        await client.connect();
        onTestFinished(() => client.end());
        return client;
      }),
    );
    const target = { driver: 'postgres', url: server.url, secretUrl: undefined } as const;
    const rejections = new Set<string>();
    for (let at = 0; at < 40; at++) {
      const table = tableOf(`at_once_${at}`, [sqlOperation({ type: 'write' })], postgresDialect);
      await Promise.all(
        clients.map(async (client) => {
          const query = async (text: string): Promise<void> => {
            await client.query(text).catch((error: unknown) => {
              rejections.add(String((error as { code?: unknown }).code));
              throw error;
            });
          };
          await new TableCreator(table, { classifyError: classifyPostgresError }, target).make({ query });
          await client.query(`SELECT 1 FROM ${table.name}`);
        }),
      );
    }
    // At least one of 240 creations met another.
    expect([...rejections]).toContain('23505');
  });

  test('reports a missing table or column, and a syntax error', async () => {
    const { probe } = await open(server.url, { type: 'read', statement: 'SELECT * FROM nowhere' });
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'missing_table']);
    const column = await open(server.url, { type: 'read', statement: 'SELECT nothing FROM locks' });
    expect([await column.probe.request(0), column.probe.detail]).toEqual(['driver', 'syntax']);
    const words = await open(server.url, { type: 'read', statement: 'SELEKT 1' });
    expect([await words.probe.request(0), words.probe.detail]).toEqual(['driver', 'syntax']);
  });

  test('a deadlock fails one of two transactions, and the other continues', async () => {
    const one = await open(server.url, { type: 'update', statement: 'SELECT lock_both(1, 2)' });
    const other = await open(server.url, { type: 'update', statement: 'SELECT lock_both(2, 1)' });
    const outcomes = await Promise.all([one.probe.request(0), other.probe.request(0)]);
    expect(outcomes.toSorted()).toEqual(['driver', 'ok']);
    expect([one.probe.detail, other.probe.detail]).toContain('deadlock');
  });

  test('reports a lock timeout that the connection string sets', async () => {
    const { probe } = await open(`${server.url}?options=-c%20lock_timeout%3D50`, {
      type: 'update',
      statement: 'UPDATE locks SET n = 0 WHERE id = 1',
    });
    const holder = new pg.Client(server.url);
    await holder.connect();
    await holder.query('BEGIN; UPDATE locks SET n = 1 WHERE id = 1');
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'lock_timeout']);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await probe.request(0)).toBe('ok');
  });

  test('reports a read-only server', async () => {
    const { probe } = await open(`${server.url}?options=-c%20default_transaction_read_only%3Don`, {
      type: 'update',
      statement: 'UPDATE locks SET n = 0 WHERE id = 1',
    });
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'read_only']);
  });

  test('a statement limit of the server is a timeout, and the connection stays usable', async () => {
    const { probe } = await open(`${server.url}?options=-c%20statement_timeout%3D50`, {
      type: 'read',
      statement: 'SELECT pg_sleep(#n)',
    });
    expect(await probe.request(5)).toBe('timeout');
    expect(String(probe.failure)).toContain('statement timeout');
    probe.sentMs = -1;
    expect(await probe.request(0)).toBe('ok');
    expect(probe.sentMs).toBeGreaterThan(0);
  });

  test('a cancelled request stops on the server too', async () => {
    const { session, probe } = await open(server.url, { type: 'read', statement: 'SELECT pg_sleep(600)' });
    const outcome = probe.request(0);
    const sleepers = async (): Promise<number> =>
      (await server.ask(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'`))
        .length;
    await expect.poll(sleepers).toBe(1);
    session.cancel(TIMEOUT);
    expect(await outcome).toBe('timeout');
    await expect.poll(sleepers).toBe(0);
  });

  test('too many connections fail each request, not connect', async () => {
    const others = await fillUp(async () => {
      const client = new pg.Client(server.url);
      await client.connect();
      return client;
    });
    const { probe } = await open(server.url, { type: 'read', statement: 'SELECT 1' });
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'too_many_connections']);
    expect(String(probe.failure)).toContain('too many clients');
    await Promise.all(others.map((other) => other.end()));
    await expect.poll(() => probe.request(0)).toBe('ok');
  });

  test('a connection closed by the server is a reset, and the next request opens another', async () => {
    const { probe } = await open(server.url, {
      type: 'read',
      statement: 'SELECT pg_terminate_backend(pg_backend_pid())',
    });
    expect(await probe.request(0)).toBe('reset');
    expect(String(probe.failure)).toContain('terminating connection due to administrator command');
    expect(await probe.request(0)).toBe('reset');
  });

  test('prepares a statement again when its result type changes', async () => {
    await server.ask('CREATE TABLE changing (a int)');
    await server.ask('INSERT INTO changing VALUES (1)');
    const { probe } = await open(server.url, { type: 'read', statement: 'SELECT * FROM changing' });
    expect(await probe.request(0)).toBe('ok');
    await server.ask('ALTER TABLE changing ADD b int');
    expect(await probe.request(0)).toBe('driver');
    expect(await probe.request(0)).toBe('ok');
  });

  test('a user without the right to create tables fails before the run, and can use an existing table', async () => {
    await server.ask("CREATE ROLE reader LOGIN PASSWORD 'secret'");
    const url = server.url.replace('loadbot:', 'reader:');
    await server.ask('DROP TABLE IF EXISTS docs');
    await expect(open(url, { type: 'write' })).rejects.toThrow(
      /cannot use the table "docs" on postgres:.*permission denied/,
    );
    await server.ask('CREATE TABLE docs (_id text PRIMARY KEY, n bigint)');
    await server.ask('GRANT ALL ON docs TO reader');
    const { probe } = await open(url, { type: 'write' });
    expect(await probe.request(77)).toBe('ok');
  });

  describe('a server that refuses every login', () => {
    test.each([
      [
        'a wrong password',
        (url: string) => url.replace('secret', 'wrong'),
        /authentication at \S+ failed: password authentication failed/,
      ],
      ['no password', (url: string) => url.replace(':secret', ''), /authentication at \S+ failed/],
      [
        'no such database',
        (url: string) => url.replace('/test', '/nowhere'),
        /database does not exist at \S+: database "nowhere" does not exist/,
      ],
      [
        'no TLS',
        (url: string) => `${url}?sslmode=require`,
        /TLS connection to \S+ failed: The server does not support SSL connections/,
      ],
    ])('%s', async (_, spoil, message) => {
      const opening = open(spoil(server.url), { type: 'read', statement: 'SELECT 1' });
      await expect(opening).rejects.toMatchObject({ code: 'config_invalid' });
      await expect(opening).rejects.toThrow(message);
      await expect(opening).rejects.not.toThrow(/secret|wrong/);
    });
  });
});

describeWithServices('TLS to PostgreSQL', [POSTGRES], () => {
  let server: PostgresService;
  const sessions = new SqlSessions();

  beforeAll(async () => {
    server = await startPostgres(['ssl=on']);
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  const statement = 'SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl';

  test.each([
    ['', 'miss'],
    ['?sslmode=disable', 'miss'],
    ['?sslmode=no-verify', 'ok'],
    [`?sslmode=require&sslrootcert=${CA}`, 'ok'],
    [`?sslmode=verify-ca&sslrootcert=${CA}`, 'ok'],
  ])('%s', async (query, outcome) => {
    const { probe } = await sessions.open(server.url + query, { type: 'read', statement });
    expect(await probe.request(0)).toBe(outcome);
  });

  test('refuses an unknown authority', async () => {
    const opening = sessions.open(`${server.url}?sslmode=require`, { type: 'read', statement });
    await expect(opening).rejects.toThrow(
      /TLS connection to postgres:.* failed: .*unable to verify the first certificate/,
    );
  });
});
