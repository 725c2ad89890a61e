import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { failure } from '../../src/shared/outcome.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, type MariadbService, startMariadb } from './mariadb.ts';
import { testRuns } from './sql-runs.ts';
import { fillUp, SqlSessions } from './sql-sessions.ts';

const TIMEOUT = failure('timeout');
const CA = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));

/** Locks two rows, the second after a while. */
const LOCK_BOTH = `CREATE PROCEDURE lock_both(one int, other int) BEGIN
  START TRANSACTION;
  UPDATE locks SET n = n + 1 WHERE id = one;
  DO SLEEP(0.3);
  UPDATE locks SET n = n + 1 WHERE id = other;
  COMMIT;
END`;

describeWithServices('runs against MariaDB', [MARIADB], () => testRuns(() => startMariadb()));

describeWithServices('errors of MariaDB', [MARIADB], () => {
  let server: MariadbService;
  const sessions = new SqlSessions();
  const open = sessions.open.bind(sessions);

  beforeAll(async () => {
    server = await startMariadb(['--max-connections=10', '--innodb-lock-wait-timeout=1']);
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
    expect(String(probe.failure)).toContain("Duplicate entry 'k1' for key 'PRIMARY'");
    probe.detail = undefined;
    expect(await probe.request(2)).toBe('ok');
    expect(probe.detail).toBeUndefined();
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
    const one = await open(server.url, { type: 'write', statement: 'CALL lock_both(1, 2)' });
    const other = await open(server.url, { type: 'write', statement: 'CALL lock_both(2, 1)' });
    const outcomes = await Promise.all([one.probe.request(0), other.probe.request(0)]);
    expect(outcomes.toSorted()).toEqual(['driver', 'ok']);
    expect([one.probe.detail, other.probe.detail]).toContain('deadlock');
  });

  test('reports a lock timeout', async () => {
    const { probe } = await open(server.url, { type: 'update', statement: 'UPDATE locks SET n = 0 WHERE id = 1' });
    const holder = await mysql.createConnection(server.url);
    await holder.query('START TRANSACTION');
    await holder.query('UPDATE locks SET n = 1 WHERE id = 1');
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'lock_timeout']);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await probe.request(0)).toBe('ok');
  });

  test('a matched row without a change is not a miss', async () => {
    const { probe } = await open(server.url, { type: 'update', statement: 'UPDATE locks SET id = 2 WHERE id = 2' });
    expect(await probe.request(0)).toBe('ok');
  });

  test('a statement limit of the server is a timeout, and the connection stays usable', async () => {
    const { probe } = await open(server.url, {
      type: 'read',
      statement: 'SET STATEMENT max_statement_time = 0.05 FOR SELECT a.n FROM locks a WHERE SLEEP(#n) = 0',
    });
    expect(await probe.request(5)).toBe('timeout');
    probe.sentMs = -1;
    expect(await probe.request(0)).toBe('ok');
    expect(probe.sentMs).toBeGreaterThan(0);
  });

  test('a cancelled request stops on the server too', async () => {
    const { session, probe } = await open(server.url, { type: 'read', statement: 'SELECT SLEEP(600)' });
    const outcome = probe.request(0);
    const sleepers = async (): Promise<number> =>
      (await server.ask("SELECT 1 FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'")).length;
    await expect.poll(sleepers).toBe(1);
    session.cancel(TIMEOUT);
    expect(await outcome).toBe('timeout');
    await expect.poll(sleepers).toBe(0);
  });

  test('too many connections fail each request, not connect', async () => {
    const others = await fillUp(() => mysql.createConnection(server.url));
    const { probe } = await open(server.url, { type: 'read', statement: 'SELECT 1' });
    expect([await probe.request(0), probe.detail]).toEqual(['driver', 'too_many_connections']);
    expect(String(probe.failure)).toContain('Too many connections');
    await Promise.all(others.map((other) => other.end()));
    await expect.poll(() => probe.request(0)).toBe('ok');
  });

  test('a connection closed by the server is a reset, and the next request opens another', async () => {
    const { probe } = await open(server.url, { type: 'write', statement: 'KILL CONNECTION_ID()' });
    expect(await probe.request(0)).toBe('reset');
    expect(await probe.request(0)).toBe('reset');
  });

  test('a user without the right to create tables fails before the run, and can use an existing table', async () => {
    await server.ask('CREATE TABLE IF NOT EXISTS docs (n int)');
    await server.ask("CREATE USER reader IDENTIFIED BY 'secret'");
    await server.ask('GRANT SELECT, INSERT ON test.docs TO reader');
    await server.ask('DROP TABLE IF EXISTS docs');
    const url = server.url.replace('loadbot:', 'reader:');
    await expect(open(url, { type: 'write' })).rejects.toThrow(/cannot use the table `docs` on mysql:.*denied/);
    await server.ask('CREATE TABLE docs (_id varchar(99) PRIMARY KEY, n bigint)');
    const { probe } = await open(url, { type: 'write' });
    expect(await probe.request(77)).toBe('ok');
  });

  describe('a server that refuses every login', () => {
    test.each([
      [
        'a wrong password',
        (url: string) => url.replace('secret', 'wrong'),
        /authentication at \S+ failed: Access denied for user 'loadbot'/,
      ],
      ['no such database', (url: string) => url.replace('/test', '/nowhere'), /nowhere/],
      [
        'no TLS',
        (url: string) => `${url}?ssl=no-verify`,
        /TLS connection to \S+ failed: Server does not support secure connection/,
      ],
    ])('%s', async (_, spoil, message) => {
      const opening = open(spoil(server.url), { type: 'read', statement: 'SELECT 1' });
      await expect(opening).rejects.toMatchObject({ code: 'config_invalid' });
      await expect(opening).rejects.toThrow(message);
      await expect(opening).rejects.not.toThrow(/secret@|wrong/);
    });

    test('reports a certificate without a name, which cannot be verified', async () => {
      await expect(open(`${server.url}?ssl-mode=REQUIRED`, { statement: 'SELECT 1' })).rejects.toThrow(
        /127.0.0.1 cannot be verified/,
      );
    });
  });
});

describeWithServices('TLS to MariaDB', [MARIADB], () => {
  let server: MariadbService;
  const sessions = new SqlSessions();

  beforeAll(async () => {
    server = await startMariadb(['--ssl']);
  });
  afterEach(() => sessions.closeAll());
  afterAll(() => server.stop());

  const statement =
    "SELECT 1 FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher' AND variable_value <> ''";

  test.each([
    ['', 'miss'],
    ['?ssl-mode=DISABLED', 'miss'],
    ['?ssl=no-verify', 'ok'],
    [`?ssl-mode=REQUIRED&ssl-ca=${CA}`, 'ok'],
    [`?ssl-mode=VERIFY_CA&ssl-ca=${CA}`, 'ok'],
  ])('%s', async (query, outcome) => {
    const url = server.url.replace('127.0.0.1', 'localhost') + query;
    const { probe } = await sessions.open(url, { type: 'read', statement });
    expect(await probe.request(0)).toBe(outcome);
  });

  test('refuses an unknown authority', async () => {
    const url = `${server.url.replace('127.0.0.1', 'localhost')}?ssl-mode=REQUIRED`;
    await expect(sessions.open(url, { type: 'read', statement })).rejects.toThrow(
      /TLS connection to mysql:.* failed: .*unable to verify/,
    );
  });
});
