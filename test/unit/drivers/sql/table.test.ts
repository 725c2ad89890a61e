import { expect, test } from 'vitest';
import { mysqlDialect } from '../../../../src/drivers/mysql/dialect.ts';
import { postgresDialect } from '../../../../src/drivers/postgres/dialect.ts';
import { tableOf } from '../../../../src/drivers/sql/table.ts';
import { sqlOperation } from '../../../contract/driver/sql-options.ts';
import { documentsLike, everyKind } from './documents.ts';

const write = sqlOperation({ type: 'write', materials: everyKind });

test('creates a column for each field, with the key as primary key', () => {
  expect(tableOf('users', [write], postgresDialect).creation).toBe(
    'CREATE TABLE IF NOT EXISTS "users" ("_id" text PRIMARY KEY, "name" text, "age" bigint, ' +
      '"score" double precision, "ok" boolean, "address" jsonb)',
  );
  expect(tableOf('users', [write], mysqlDialect).creation).toBe(
    'CREATE TABLE IF NOT EXISTS `users` (`_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, ' +
      '`name` varchar(255) CHARACTER SET utf8mb4, `age` bigint, `score` double, `ok` boolean, `address` json)',
  );
});

test('uses a long text column in MySQL for texts that are too long for an index', () => {
  const materials = documentsLike((number) => ({ _id: number, short: 'x'.repeat(191), long: 'x'.repeat(192) }));
  expect(tableOf('t', [sqlOperation({ type: 'write', materials })], mysqlDialect).creation).toBe(
    'CREATE TABLE IF NOT EXISTS `t` (`_id` bigint PRIMARY KEY, `short` varchar(255) CHARACTER SET utf8mb4, ' +
      '`long` longtext CHARACTER SET utf8mb4)',
  );
});

test('has a column for the padding of the largest documents, though no sample has it', () => {
  const materials = { ...documentsLike(() => ({ _id: 'a' })), maxDataSize: 2000 };
  expect(tableOf('t', [sqlOperation({ type: 'write', materials })], mysqlDialect).columns).toEqual([
    { name: '_id', kind: 'text', longest: 1 },
    { name: 'data', kind: 'text', longest: 2000 },
  ]);
});

test('a dot in a collection separates its schema', () => {
  expect(tableOf('app.users', [write], postgresDialect).name).toBe('"app"."users"');
});

test('reads, updates, drops and custom statements create no table', () => {
  const operations = (['read', 'update', 'drop_collection'] as const).map((type) => sqlOperation({ type }));
  operations.push(sqlOperation({ type: 'write', statement: 'INSERT INTO a VALUES (1)' }));
  expect(tableOf('users', operations, postgresDialect).creation).toBeUndefined();
});

test('a mixed job creates one table for all its writes', () => {
  const other = sqlOperation({ type: 'bulk_write', materials: documentsLike(() => ({ _id: 'a', more: 'x' })) });
  const { columns, creation } = tableOf('users', [sqlOperation(), write, other], postgresDialect);
  expect(columns.map(({ name }) => name)).toEqual(['_id', 'n', 'name', 'age', 'score', 'ok', 'address', 'more']);
  expect(creation).toContain('"more" text');
});

test('create_index creates the table if its fields are known', () => {
  const index = (field: string): string | undefined =>
    tableOf(
      'users',
      [sqlOperation({ type: 'create_index', materials: everyKind, indexes: [{ keys: { [field]: 1 }, options: {} }] })],
      postgresDialect,
    ).creation;
  expect(index('name')).toContain('CREATE TABLE');
  expect(index('nowhere')).toBeUndefined();
});
