import { describe, expect, test } from 'vitest';
import { mysqlDialect } from '../../../../src/drivers/mysql/dialect.ts';
import { postgresDialect } from '../../../../src/drivers/postgres/dialect.ts';
import { compileOperation } from '../../../../src/drivers/sql/compile.ts';
import type { Dialect } from '../../../../src/drivers/sql/dialect.ts';
import type { SqlStatement } from '../../../../src/drivers/sql/statement.ts';
import { tableOf } from '../../../../src/drivers/sql/table.ts';
import type { Operation } from '../../../../src/drivers/driver.ts';
import { sqlOperation } from '../../../contract/driver/sql-options.ts';
import { documentsLike, everyKind } from './documents.ts';

function compile(changes: Partial<Operation>, dialect: Dialect = postgresDialect, collection = 'users'): SqlStatement {
  const operation = sqlOperation({ materials: everyKind, ...changes });
  return compileOperation(operation, {
    table: tableOf(collection, [operation], dialect),
    collection,
    dialect,
  });
}

describe('write', () => {
  test('inserts a column for each field', () => {
    const { text, values, prepared, missable } = compile({ type: 'write' });
    expect(text).toBe(
      'INSERT INTO "users" ("_id", "name", "age", "score", "ok", "address") VALUES ($1, $2, $3, $4, $5, $6)',
    );
    expect(values(6)).toEqual(['k6', 'name 6', 6, 1.5, true, '{"city":"Rome"}']);
    expect([prepared, missable]).toEqual([true, false]);
  });

  test('uses the placeholders and quotes of MySQL', () => {
    expect(compile({ type: 'write' }, mysqlDialect).text).toBe(
      'INSERT INTO `users` (`_id`, `name`, `age`, `score`, `ok`, `address`) VALUES (?, ?, ?, ?, ?, ?)',
    );
  });

  test('quotes every name', () => {
    const materials = documentsLike(() => ({ _id: 'a', 'a"b`c; DROP TABLE x': 1 }));
    expect(compile({ type: 'write', materials }, postgresDialect, 'my"table').text).toBe(
      'INSERT INTO "my""table" ("_id", "a""b`c; DROP TABLE x") VALUES ($1, $2)',
    );
    expect(compile({ type: 'write', materials }, mysqlDialect, 'my`table').text).toBe(
      'INSERT INTO `my``table` (`_id`, `a"b``c; DROP TABLE x`) VALUES (?, ?)',
    );
  });
});

describe('bulk write', () => {
  const materials = documentsLike((number) => ({ _id: `k${number}`, n: number }));

  test('is one statement of many rows', () => {
    const { text, values } = compile({ type: 'bulk_write', batchSize: 3, materials });
    expect(text).toBe('INSERT INTO "users" ("_id", "n") VALUES ($1, $2), ($3, $4), ($5, $6)');
    expect(values(2)).toEqual(['k6', 6, 'k7', 7, 'k8', 8]);
  });

  test('with more values than parameters is one JSON parameter for PostgreSQL', () => {
    expect(compile({ type: 'bulk_write', batchSize: 32_767, materials }).values(0)).toHaveLength(6);
    const { text, values, prepared } = compile({ type: 'bulk_write', batchSize: 32_768, materials });
    expect(text).toBe(
      'INSERT INTO "users" ("_id", "n") SELECT "_id", "n" FROM json_to_recordset($1) AS documents("_id" text, "n" bigint)',
    );
    expect(values(0)).toEqual(['[{"_id":"k0","n":0},{"_id":"k1","n":1},{"_id":"k2","n":2}]']);
    expect(prepared).toBe(true);
  });

  test('with more values than parameters is text for MySQL', () => {
    const { text, prepared } = compile({ type: 'bulk_write', batchSize: 32_768, materials }, mysqlDialect);
    expect(text.split('(?, ?)')).toHaveLength(32_769);
    expect(prepared).toBe(false);
  });
});

describe('read and update', () => {
  const found = { ...everyKind, criteria: (n: number) => ({ name: `name ${n}`, age: n, gone: null }) };

  test('use the key, and miss without such a row', () => {
    const { text, values, missable } = compile({ type: 'read' });
    expect(text).toBe('SELECT * FROM "users" WHERE "_id" = $1');
    expect(values(7)).toEqual(['k7']);
    expect(missable).toBe(true);
  });

  test('use a filter of several fields; null becomes IS NULL', () => {
    const { text, values } = compile({ type: 'read', materials: found });
    expect(text).toBe('SELECT * FROM "users" WHERE "name" = $1 AND "age" = $2 AND "gone" IS NULL');
    expect(values(3)).toEqual(['name 3', 3]);
  });

  test('an update sets every column except the key', () => {
    const { text, values, missable } = compile({ type: 'update', materials: found });
    expect(text).toBe(
      'UPDATE "users" SET "name" = $1, "age" = $2, "score" = $3, "ok" = $4, "address" = $5 ' +
        'WHERE "name" = $6 AND "age" = $7 AND "gone" IS NULL',
    );
    expect(values(4)).toEqual(['name 4', 4, 1, true, '{"city":"Rome"}', 'name 4', 4]);
    expect(missable).toBe(true);
  });

  test('an update with nothing to set is refused', () => {
    const materials = documentsLike((number) => ({ _id: `k${number}` }));
    expect(() => compile({ type: 'update', materials })).toThrow('no field to set');
  });

  test.each([{ age: { $gt: 5 } }, { $or: [{ a: 1 }] }, { tags: ['a'] }])(
    'refuse the filter %j of other databases',
    (filter) => {
      expect(() => compile({ type: 'read', materials: { ...everyKind, criteria: () => filter } })).toThrow(
        /is not supported for SQL/,
      );
    },
  );
});

describe('create_index', () => {
  const indexes = [
    { keys: { name: 1, age: -1 }, options: {} },
    { keys: { age: 1 }, options: { unique: true, name: 'by_age', background: true } },
  ];

  test('creates indexes one after the other, except existing ones', () => {
    const first = compile({ type: 'create_index', indexes });
    expect(first.text).toBe('CREATE INDEX IF NOT EXISTS "users_name_1_age_-1" ON "users" ("name" ASC, "age" DESC)');
    expect(first.next?.text).toBe('CREATE UNIQUE INDEX IF NOT EXISTS "by_age" ON "users" ("age" ASC)');
    expect(first.next?.next).toBeUndefined();
    expect([first.prepared, first.creates]).toEqual([false, true]);
    expect(compile({ type: 'create_index', indexes }, mysqlDialect).text).toBe(
      'CREATE INDEX `users_name_1_age_-1` ON `users` (`name` ASC, `age` DESC)',
    );
  });

  test.each([
    [{ keys: { place: '2dsphere' }, options: {} }, /SQL does not support the index kind "2dsphere" of place/],
    [
      { keys: { name: 1 }, options: { expireAfterSeconds: 5 } },
      /SQL does not support the index option `expireAfterSeconds`/,
    ],
    [{ keys: { ['x'.repeat(60)]: 1 }, options: {} }, /longer than 63 bytes/],
  ])('refuses %j, which SQL does not support', (index, message) => {
    expect(() => compile({ type: 'create_index', indexes: [index] })).toThrow(message);
  });
});

describe('a custom statement', () => {
  test('has its tags bound as parameters', () => {
    const statement = 'SELECT * FROM accounts WHERE a = #n AND b < #n;';
    expect(compile({ type: 'read', statement }).text).toBe('SELECT * FROM accounts WHERE a = $1 AND b < $2;');
    const { text, values, missable } = compile({ type: 'read', statement }, mysqlDialect);
    expect(text).toBe('SELECT * FROM accounts WHERE a = ? AND b < ?;');
    expect(values(8)).toEqual([8, 8]);
    expect(missable).toBe(true);
    expect(compile({ type: 'write', statement }).missable).toBe(false);
  });

  test.each(['BEGIN; UPDATE a SET b = 1; COMMIT', '', { find: 'users' }])(
    'must be a single statement: %j',
    (statement) => {
      expect(() => compile({ statement })).toThrow(/`sql` must be/);
    },
  );
});

test('drop_collection drops the table if it exists', () => {
  expect(compile({ type: 'drop_collection' }).text).toBe('DROP TABLE IF EXISTS "users"');
});

test('names a prepared statement after its text, within the limits of PostgreSQL', () => {
  const [write, again, read] = [compile({ type: 'write' }), compile({ type: 'write' }), compile({ type: 'read' })];
  expect(write.name).toBe(again.name);
  expect(write.name).not.toBe(read.name);
  expect(write.name).toMatch(/^loadbot_[0-9a-f]{24}$/);
});

describe('transactions', () => {
  const begin = (isolation: string | undefined, readOnly = false): Partial<Operation> => ({
    transaction: { kind: 'begin', isolation, readOnly },
  });
  const texts = (statement: SqlStatement): readonly string[] => [
    statement.text,
    ...(statement.next === undefined ? [] : texts(statement.next)),
  ];

  test.each([
    [begin(undefined), ['BEGIN'], ['START TRANSACTION']],
    [begin(undefined, true), ['BEGIN READ ONLY'], ['START TRANSACTION READ ONLY']],
    [
      begin('repeatable read'),
      ['BEGIN ISOLATION LEVEL REPEATABLE READ'],
      ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'START TRANSACTION'],
    ],
    [
      begin('serializable', true),
      ['BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY'],
      ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'START TRANSACTION READ ONLY'],
    ],
    [{ transaction: { kind: 'commit' } }, ['COMMIT'], ['COMMIT']],
    [{ transaction: { kind: 'rollback' } }, ['ROLLBACK'], ['ROLLBACK']],
  ] as const)('%j', (operation, postgres, mysql) => {
    const statement = compile(operation);
    expect(texts(statement)).toEqual(postgres);
    expect(texts(compile(operation, mysqlDialect))).toEqual(mysql);
    expect([statement.prepared, statement.missable, statement.control]).toEqual([
      false,
      false,
      operation.transaction?.kind,
    ]);
  });

  test('do not create a table', () => {
    const operation = sqlOperation({ type: 'write', materials: everyKind, ...begin(undefined) });
    expect(tableOf('users', [operation], postgresDialect).creation).toBeUndefined();
  });

  test('have the isolation levels of SQL only', () => {
    expect(() => compile(begin('snapshot'))).toThrow(
      expect.objectContaining({
        message: 'SQL databases do not have the isolation level `snapshot`',
        hint: 'use one of: read uncommitted, read committed, repeatable read, serializable',
        field: ['transaction', 'isolation'],
      }),
    );
  });
});

describe('scan', () => {
  const materials = { ...everyKind, scanLength: (sequence: number) => sequence + 1 };

  test('reads rows in the order of their keys, from a key on', () => {
    const { text, values, missable } = compile({ type: 'scan', materials });
    expect(text).toBe('SELECT * FROM "users" WHERE "_id" >= $1 ORDER BY "_id" LIMIT $2');
    expect([values(6), missable]).toEqual([['k6', 7], true]);
  });

  test('sends MySQL its limit as text, because MySQL refuses a double', () => {
    const { text, values } = compile({ type: 'scan', materials }, mysqlDialect);
    expect(text).toBe('SELECT * FROM `users` WHERE `_id` >= ? ORDER BY `_id` LIMIT ?');
    expect(values(6)).toEqual(['k6', '7']);
  });
});

describe('delete', () => {
  const byName = { ...everyKind, criteria: (n: number) => ({ name: `name ${n}`, ok: null }) };

  test('removes a row by its key', () => {
    const { text, values, missable } = compile({ type: 'delete' });
    expect([text, values(6), missable]).toEqual(['DELETE FROM "users" WHERE "_id" = $1', ['k6'], true]);
  });

  test('removes one of the rows that a filter finds', () => {
    const { text, values } = compile({ type: 'delete', materials: byName });
    expect(text).toBe(
      'DELETE FROM "users" WHERE "_id" = (SELECT "_id" FROM "users" WHERE "name" = $1 AND "ok" IS NULL LIMIT 1)',
    );
    expect(values(6)).toEqual(['name 6']);
    expect(compile({ type: 'delete', materials: byName }, mysqlDialect).text).toBe(
      'DELETE FROM `users` WHERE `name` = ? AND `ok` IS NULL LIMIT 1',
    );
  });
});
