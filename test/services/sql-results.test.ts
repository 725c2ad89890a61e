import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Operation, ResponseContent } from '../../src/drivers/driver.ts';
import type { Json } from '../../src/shared/json.ts';
import { ticketMaterials } from '../contract/driver/http-options.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, type MariadbService, startMariadb } from './mariadb.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';
import { SqlSessions } from './sql-sessions.ts';

const needs = { headers: false, body: true, maxBytes: 100_000 };
const sessions = new SqlSessions();
afterEach(() => sessions.closeAll());

const documents = Array.from({ length: 40_000 }, (_, n) => ({ _id: `d${n}`, n }));
/** A bulk write with more values than a statement has parameters. */
const HUGE: Partial<Operation> = {
  type: 'bulk_write',
  batchSize: 40_000,
  materials: {
    ...ticketMaterials,
    documents: () => documents,
    documentsJson: () => JSON.stringify(documents),
  },
};

/** Response to a request, and the outcome. */
async function ask(url: string, operation: Partial<Operation>): Promise<[string, ResponseContent | undefined]> {
  const { probe } = await sessions.open(url, { needs, ...operation });
  const outcome = await probe.request(0);
  // Statements are prepared by the first request.
  expect(await probe.request(0)).toBe(outcome);
  return [outcome, probe.response];
}

async function valueOf(url: string, statement: string): Promise<Json | undefined> {
  const [outcome, response] = await ask(url, { statement });
  expect(outcome).toBe('ok');
  return response?.value();
}

describeWithServices('results of PostgreSQL', [POSTGRES], () => {
  let server: PostgresService;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('have the JSON form of their type', async () => {
    const value = await valueOf(
      server.url,
      `SELECT 1::int2 AS a, -2::int4 AS b, 9007199254740991 AS c, 9007199254740993 AS d, 0.1::float4 AS e,
        1e300::float8 AS f, 'NaN'::float8 AS g, 12.50::numeric AS h, 0.12345678901234567890 AS i, true AS j,
        false AS k, '{"a":[1,null]}'::jsonb AS l, 'null'::json AS m, null::int AS n, 'Ö''s' AS o,
        '2026-01-02'::date AS p, ARRAY[1,2] AS q, '\\x6869'::bytea AS r, '' AS s, 7::oid AS "__proto__"`,
    );
    expect(JSON.stringify(value)).toBe(
      JSON.stringify([
        Object.fromEntries([
          ['a', 1],
          ['b', -2],
          ['c', 9007199254740991],
          ['d', '9007199254740993'],
          ['e', 0.1],
          ['f', 1e300],
          ['g', 'NaN'],
          ['h', 12.5],
          ['i', '0.12345678901234567890'],
          ['j', true],
          ['k', false],
          ['l', { a: [1, null] }],
          ['m', null],
          ['n', null],
          ['o', "Ö's"],
          ['p', '2026-01-02'],
          ['q', '{1,2}'],
          ['r', String.raw`\x6869`],
          ['s', ''],
          ['__proto__', 7],
        ]),
      ]),
    );
  });

  test('count the rows of each kind of statement', async () => {
    await server.ask('CREATE TABLE numbers (n int)');
    const counts: (readonly [string, string, number | undefined])[] = [];
    for (const statement of [
      'INSERT INTO numbers SELECT generate_series(1, 120)',
      'SELECT n FROM numbers WHERE n <= 110',
      'UPDATE numbers SET n = n WHERE n <= 30',
      'DELETE FROM numbers WHERE n = 999',
      'CREATE TABLE IF NOT EXISTS numbers (n int)',
      "NOTIFY a, 'ends with 0'",
    ]) {
      const [outcome, response] = await ask(server.url, { type: 'write', statement });
      counts.push([statement.split(' ')[0]!, outcome, response?.rowCount]);
    }
    expect(counts).toEqual([
      ['INSERT', 'ok', 120],
      ['SELECT', 'ok', 220],
      ['UPDATE', 'ok', 60],
      ['DELETE', 'ok', 0],
      ['CREATE', 'ok', 0],
      ['NOTIFY', 'ok', 0],
    ]);
    await server.ask('CREATE TABLE docs (_id text, n int)');
    const [, created] = await ask(server.url, { type: 'create_index', indexes: [{ keys: { n: 1 }, options: {} }] });
    expect(created?.rowCount).toBe(0);
    const [, inserted] = await ask(server.url, HUGE);
    expect(inserted?.rowCount).toBe(40_000);
  });

  test('of a column whose type changes are described again', async () => {
    await server.ask('CREATE TABLE changing (n int)');
    await server.ask('INSERT INTO changing VALUES (1)');
    const { probe } = await sessions.open(server.url, { needs, statement: 'SELECT * FROM changing' });
    expect([await probe.request(0), probe.response?.value()]).toEqual(['ok', [{ n: 1 }]]);
    await server.ask('ALTER TABLE changing ALTER n TYPE text');
    expect(await probe.request(0)).toBe('driver');
    expect([await probe.request(0), probe.response?.value()]).toEqual(['ok', [{ n: '1' }]]);
  });

  test('of a million rows take no more memory than the maximum', async () => {
    const statement = "SELECT repeat('x', 1000) FROM generate_series(1, 300000)";
    const { probe } = await sessions.open(server.url, { needs, statement });
    const before = process.memoryUsage().rss;
    expect(await probe.request(0)).toBe('ok');
    expect(probe.response?.rowCount).toBe(300_000);
    expect(probe.response?.bodyBytes).toBeGreaterThan(300_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describeWithServices('results of MariaDB', [MARIADB], () => {
  let server: MariadbService;
  beforeAll(async () => {
    server = await startMariadb();
    await server.ask(`CREATE TABLE kinds (a tinyint, b int, c bigint, d bigint unsigned, e float, f double,
      g decimal(10, 2), h decimal(30, 20), i boolean, j json, k varchar(10), l date, m datetime(3), n varbinary(9),
      o bit(10), p text, q year, r time, s enum('x', 'y'))`);
    await server.ask(`INSERT INTO kinds VALUES (-1, 2, 9007199254740993, 18446744073709551615, 0.1, 1e300, 12.50,
      0.12345678901234567890, true, '{"a":[1,null]}', 'Ö''s', '2026-01-02', '2026-01-02 03:04:05.678', 'hi', b'1000000001',
      'long', 2026, '-01:02:03', 'y')`);
  });
  afterAll(() => server.stop());

  test('have the JSON form of their type', async () => {
    expect(await valueOf(server.url, 'SELECT kinds.*, NULL AS t, 1 + 1 AS u FROM kinds')).toEqual([
      {
        a: -1,
        b: 2,
        c: '9007199254740993',
        d: '18446744073709551615',
        e: 0.1,
        f: 1e300,
        g: 12.5,
        h: '0.12345678901234567890',
        i: 1,
        j: { a: [1, null] },
        k: "Ö's",
        l: '2026-01-02',
        m: '2026-01-02 03:04:05.678',
        n: '0x6869',
        o: 513,
        p: 'long',
        q: 2026,
        r: '-01:02:03',
        s: 'y',
        t: null,
        u: 2,
      },
    ]);
  });

  test('count the rows of each kind of statement', async () => {
    await server.ask('CREATE TABLE numbers (n int)');
    await server.ask('CREATE PROCEDURE both_results() BEGIN SELECT 7 AS n; SELECT 8 AS m; END');
    const counts: (readonly [string, string, number | undefined])[] = [];
    for (const statement of [
      'INSERT INTO numbers SELECT seq FROM seq_1_to_120',
      'SELECT n FROM numbers WHERE n <= 110',
      // Rows that match count, also unchanged ones.
      'UPDATE numbers SET n = n WHERE n <= 30',
      'DELETE FROM numbers WHERE n = 999',
      'CREATE TABLE IF NOT EXISTS numbers (n int)',
    ]) {
      const [outcome, response] = await ask(server.url, { type: 'write', statement });
      counts.push([statement.split(' ')[0]!, outcome, response?.rowCount]);
    }
    expect(counts).toEqual([
      ['INSERT', 'ok', 120],
      ['SELECT', 'ok', 220],
      ['UPDATE', 'ok', 60],
      ['DELETE', 'ok', 0],
      ['CREATE', 'ok', 0],
    ]);
    const [outcome, called] = await ask(server.url, { statement: 'CALL both_results()' });
    expect([outcome, called?.value(), called?.rowCount]).toEqual(['ok', [{ n: 7 }], 1]);
    await server.ask('CREATE TABLE docs (_id text, n int)');
    const [, created] = await ask(server.url, { type: 'create_index', indexes: [{ keys: { n: 1 }, options: {} }] });
    expect(created?.rowCount).toBe(0);
    const [, inserted] = await ask(server.url, HUGE);
    expect(inserted?.rowCount).toBe(40_000);
  });

  test('of 300 MB take no more memory than the maximum', async () => {
    const statement = "SELECT repeat('x', 1000) FROM seq_1_to_300000";
    const { probe } = await sessions.open(server.url, { needs, statement });
    const before = process.memoryUsage().rss;
    expect(await probe.request(0)).toBe('ok');
    expect(probe.response?.rowCount).toBe(300_000);
    expect(probe.response?.bodyBytes).toBeGreaterThan(300_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  test('of a rejected statement are none, and the connection stays usable', async () => {
    const { probe } = await sessions.open(server.url, { needs, statement: 'SELECT n DIV #n AS x FROM nowhere' });
    expect([await probe.request(1), probe.detail, probe.response]).toEqual(['driver', 'missing_table', undefined]);
    await server.ask('CREATE TABLE nowhere (n int)');
    await server.ask('INSERT INTO nowhere VALUES (5)');
    expect([await probe.request(2), probe.response?.value()]).toEqual(['ok', [{ x: 2 }]]);
    await server.ask('DROP TABLE nowhere');
    expect([await probe.request(2), probe.detail, probe.response]).toEqual(['driver', 'missing_table', undefined]);
  });
});
