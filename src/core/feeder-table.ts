/**
 * Rows of a feeder's file, in memory that all threads share: structured cloning copies none of the cells.
 */
export interface FeederTable {
  /** What cells hold: the text of a CSV's, or the JSON text of a value; empty JSON text is a field that its row lacks. */
  readonly cells: 'text' | 'json';
  /** At least one. */
  readonly rows: number;
  /** Those that the workload names. */
  readonly columns: readonly FeederColumn[];
  /** The cells in UTF-8, without anything between them, row by row. */
  readonly bytes: SharedArrayBuffer;
  /** Unsigned 32-bit numbers: where each cell ends in `bytes`. */
  readonly ends: SharedArrayBuffer;
}

/** A column, and what holds for all of its cells. */
export interface FeederColumn {
  readonly name: string;
  /** They are text, rather than any JSON values. */
  readonly isText: boolean;
  /** They render to ASCII. */
  readonly isAscii: boolean;
  /** They render to letters, digits, `-`, `.`, `_` and `~` alone. */
  readonly isUnreserved: boolean;
  /** They stand in a JSON string as they are stored: without quotes, backslashes and control characters. */
  readonly isPlain: boolean;
}

const UNRESERVED = /^[\w.~-]*$/;
const ESCAPED = /["\\\p{Cc}]/u;

type Flags = { -readonly [Name in keyof FeederColumn]: FeederColumn[Name] };

/** Writes the rows of a table one after the other, without knowing beforehand how many there are. */
export class FeederTableBuilder {
  readonly #cells: FeederTable['cells'];
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  readonly #columns: readonly Flags[];
  #written = 0;
  #rows = 0;

  /**
   * Memory is taken as it is written to.
   * @param mostBytes of all cells
   */
  constructor(cells: FeederTable['cells'], columns: readonly string[], mostBytes: number, mostRows: number) {
    this.#cells = cells;
    this.#bytes = Buffer.from(new SharedArrayBuffer(mostBytes));
    this.#ends = new Uint32Array(new SharedArrayBuffer(4 * mostRows * columns.length));
    this.#columns = columns.map((name) => ({
      name,
      isText: true,
      isAscii: true,
      isUnreserved: true,
      isPlain: true,
    }));
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param cellOf the cell of a column, by its place among the builder's */
  add(cellOf: (column: number) => string): void {
    const first = this.#rows++ * this.#columns.length;
    for (const [index, column] of this.#columns.entries()) {
      const cell = cellOf(index);
      const length = this.#bytes.write(cell, this.#written);
      this.#written += length;
      this.#ends[first + index] = this.#written;
      const isJson = this.#cells === 'json';
      note(column, isJson ? contentOf(cell) : cell);
      // An escape of JSON may stand for any character.
      column.isAscii &&= length === cell.length && !(isJson && cell.includes('\\'));
      column.isText &&= !isJson || cell.startsWith('"');
    }
  }

  finish(): FeederTable {
    return {
      cells: this.#cells,
      rows: this.#rows,
      columns: this.#columns,
      bytes: this.#bytes.buffer as unknown as SharedArrayBuffer, // which the constructor has made
      ends: this.#ends.buffer as unknown as SharedArrayBuffer,
    };
  }
}

function note(column: Flags, text: string): void {
  column.isPlain &&= !ESCAPED.test(text);
  column.isUnreserved &&= UNRESERVED.test(text);
}

/** What stands between the quotes of a JSON string; any other value as it is. */
function contentOf(json: string): string {
  return json.startsWith('"') ? json.slice(1, -1) : json === '' ? 'null' : json;
}
