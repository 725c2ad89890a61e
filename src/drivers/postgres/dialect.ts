import type { RequestCheck } from '../driver.ts';
import type { SqlColumn, ColumnKind } from '../sql/column.ts';
import { compileOperations } from '../sql/compile.ts';
import type { Dialect } from '../sql/dialect.ts';
import { namesOf } from '../sql/insert.ts';

const TYPES: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  integer: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  json: 'jsonb',
};

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** SQL dialect of PostgreSQL. */
export const postgresDialect: Dialect = {
  quote,
  parameter: (position) => `$${position}`,
  columnType: ({ kind }) => TYPES[kind],
  ifAbsent: 'IF NOT EXISTS ',
  maxNameBytes: 63,
  backslashEscapes: false,
  begin: (isolation, readOnly) => [
    ['BEGIN', isolation === undefined ? [] : [`ISOLATION LEVEL ${isolation}`], readOnly ? ['READ ONLY'] : []]
      .flat()
      .join(' '),
  ],
  // PostgreSQL has no `DELETE ... LIMIT`.
  deleteOne: (table, condition) =>
    `DELETE FROM ${table} WHERE "_id" = (SELECT "_id" FROM ${table} WHERE ${condition} LIMIT 1)`,
  limitValue: (rows) => rows,
  hugeInsert: (table, columns) => ({ text: insertJson(table, columns), asJson: true, prepared: true }),
};

function insertJson(table: string, columns: readonly SqlColumn[]): string {
  const names = namesOf(columns, postgresDialect);
  const definitions = columns.map(({ name, kind }) => `${quote(name)} ${TYPES[kind]}`).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1) AS documents(${definitions})`;
}

/** Compiles the statements of a job. */
export const checkPostgresRequests: RequestCheck = (options) => void compileOperations(options, postgresDialect);
