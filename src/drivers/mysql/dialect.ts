import type { RequestCheck } from '../driver.ts';
import type { SqlColumn, ColumnKind } from '../sql/column.ts';
import { compileOperations } from '../sql/compile.ts';
import type { Dialect } from '../sql/dialect.ts';
import { insertText } from '../sql/insert.ts';

const TYPES: Readonly<Record<Exclude<ColumnKind, 'text'>, string>> = {
  integer: 'bigint',
  double: 'double',
  boolean: 'boolean',
  json: 'json',
};

/** Texts up to this length in characters, with a reserve for longer ones, get a column type that can be indexed. */
const SHORT = 191;

/** SQL dialect of MySQL and MariaDB. */
export const mysqlDialect: Dialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  parameter: () => '?',
  columnType,
  // MariaDB supports `IF NOT EXISTS`, MySQL does not. Both report an existing index with a distinct error code.
  ifAbsent: '',
  maxNameBytes: 64,
  backslashEscapes: true,
  begin: (isolation, readOnly) => [
    ...(isolation === undefined ? [] : [`SET TRANSACTION ISOLATION LEVEL ${isolation}`]),
    readOnly ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION',
  ],
  deleteOne: (table, condition) => `DELETE FROM ${table} WHERE ${condition} LIMIT 1`,
  // The client library sends a number as a double, which MySQL refuses in a `LIMIT`.
  limitValue: String,
  // More values than the protocol's maximum number of parameters are sent as text, limited only by
  // `max_allowed_packet`.
  hugeInsert: (table, columns, rows) => ({
    text: insertText(table, columns, rows, mysqlDialect),
    asJson: false,
    prepared: false,
  }),
};

/** Column type. Keys compare byte by byte; otherwise `a` and `A` would be the same document. */
function columnType({ kind, longest }: SqlColumn, isKey: boolean): string {
  if (kind !== 'text') return TYPES[kind];
  if (isKey) return 'varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  return longest <= SHORT ? 'varchar(255) CHARACTER SET utf8mb4' : 'longtext CHARACTER SET utf8mb4';
}

/** Compiles the statements of a job. */
export const checkMysqlRequests: RequestCheck = (options) => void compileOperations(options, mysqlDialect);
