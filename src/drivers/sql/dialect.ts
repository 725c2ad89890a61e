import type { Column } from './column.ts';

/** How one kind of server wants its SQL. */
export interface Dialect {
  /** A name as it stands, whatever is in it. */
  quote(name: string): string;
  /** The place of a parameter, counted from 1. */
  parameter(position: number): string;
  /** @param isKey whether it is the primary key */
  columnType(column: Column, isKey: boolean): string;
  /** Between `CREATE INDEX` and the index's name, where the server can be told to leave alone what is there. */
  readonly ifAbsent: string;
  /** Longest name of an index, in bytes of UTF-8. */
  readonly maxNameBytes: number;
  /** Whether a backslash in a text takes the meaning from the quote behind it, and `#` begins a comment. */
  readonly backslashEscapes: boolean;
  /** Inserts so many rows, for when they have more values than a statement may have parameters. */
  readonly hugeInsert: (table: string, columns: readonly Column[], rows: number) => HugeInsert;
}

/** An insert that does not mind how many values there are. */
interface HugeInsert {
  readonly text: string;
  /** Whether the rows go as one parameter, a JSON array of documents; otherwise each value is a parameter. */
  readonly asJson: boolean;
  readonly prepared: boolean;
}
