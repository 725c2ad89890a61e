import type { SqlColumn, SqlValue } from './column.ts';

/** SQL dialect of one kind of server. */
export interface Dialect {
  /** Quotes an identifier. */
  quote(name: string): string;
  /** Placeholder of a parameter, counted from 1. */
  parameter(position: number): string;
  /** @param isKey whether the column is the primary key */
  columnType(column: SqlColumn, isKey: boolean): string;
  /** Clause between `CREATE INDEX` and the name that skips an existing index; empty where the server has none. */
  readonly ifAbsent: string;
  /** Maximum length of an index name, in bytes of UTF-8. */
  readonly maxNameBytes: number;
  /** Whether a backslash escapes a quote inside a string, and `#` begins a comment. */
  readonly backslashEscapes: boolean;
  /**
   * Statements that begin a transaction, sent one after the other.
   * @param isolation level in upper case; `undefined`: the server's default
   */
  begin(isolation: string | undefined, readOnly: boolean): readonly string[];
  /** `DELETE` of one of the rows that meet a condition. */
  deleteOne(table: string, condition: string): string;
  /** Parameter of a `LIMIT`. */
  limitValue(rows: number): SqlValue;
  /** Insert of so many rows when their values exceed the maximum number of statement parameters. */
  readonly hugeInsert: (table: string, columns: readonly SqlColumn[], rows: number) => HugeInsert;
}

/** An insert without a limit on the number of values. */
interface HugeInsert {
  readonly text: string;
  /** Whether the rows are one parameter, a JSON array of documents; otherwise each value is a parameter. */
  readonly asJson: boolean;
  readonly prepared: boolean;
}
