import type { Column, ColumnKind } from '../sql/column.ts';
import type { Dialect } from '../sql/dialect.ts';
import { insertText } from '../sql/insert.ts';

const TYPES: Readonly<Record<Exclude<ColumnKind, 'text'>, string>> = {
  integer: 'bigint',
  double: 'double',
  boolean: 'boolean',
  json: 'json',
};

/** Texts up to this many characters, with some room for longer ones, go into a column that can be indexed. */
const SHORT = 191;

/** The SQL of MySQL and MariaDB. */
export const mysqlDialect: Dialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  parameter: () => '?',
  columnType,
  // MariaDB knows `IF NOT EXISTS`, MySQL does not; both say clearly that an index is there.
  ifAbsent: '',
  maxNameBytes: 64,
  backslashEscapes: true,
  // What the protocol has no parameters for goes as text, whose size only `max_allowed_packet` bounds.
  hugeInsert: (table, columns, rows) => ({
    text: insertText(table, columns, rows, mysqlDialect),
    asJson: false,
    prepared: false,
  }),
};

/** Keys compare byte by byte, or `a` and `A` would be the same document. */
function columnType({ kind, longest }: Column, isKey: boolean): string {
  if (kind !== 'text') return TYPES[kind];
  if (isKey) return 'varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  return longest <= SHORT ? 'varchar(255) CHARACTER SET utf8mb4' : 'longtext CHARACTER SET utf8mb4';
}
