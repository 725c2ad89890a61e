/** Rows of a feeder's file in shared memory: structured cloning copies no cells. */
export interface FeederTable {
  /** Format of the cells: text of a CSV, or JSON text of a value; empty JSON text is a missing field. */
  readonly cells: 'text' | 'json';
  /** At least 1. */
  readonly rows: number;
  /** Columns that the workload uses. */
  readonly columns: readonly FeederColumn[];
  /** The cells in UTF-8, row by row, without separators. */
  readonly bytes: SharedArrayBuffer;
  /** End offset of each cell in `bytes`, as unsigned 32-bit numbers. */
  readonly ends: SharedArrayBuffer;
}

/** A column, with properties of all its cells. */
export interface FeederColumn {
  readonly name: string;
  /** All cells are text, not other JSON values. */
  readonly isText: boolean;
  /** No cell is an object, a list or null. */
  readonly isSingle: boolean;
  /** All cells render to ASCII. */
  readonly isAscii: boolean;
  /** All cells render to letters, digits, `-`, `.`, `_` and `~` only. */
  readonly isUnreserved: boolean;
  /** All cells can be inserted in a JSON string unescaped: without quotes, backslashes and control characters. */
  readonly isPlain: boolean;
}

const UNRESERVED = /^[\w.~-]*$/;
const ESCAPED = /["\\\p{Cc}]/u;

type Flags = { -readonly [Name in keyof FeederColumn]: FeederColumn[Name] };

/** Builds a table row by row; the number of rows is not known in advance. */
export class FeederTableBuilder {
  readonly #cells: FeederTable['cells'];
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  readonly #columns: readonly Flags[];
  #written = 0;
  #rows = 0;

  /**
   * Memory is committed by the system when it is written.
   * @param mostBytes limit for all cells
   */
  constructor(cells: FeederTable['cells'], columns: readonly string[], mostBytes: number, mostRows: number) {
    this.#cells = cells;
    this.#bytes = Buffer.from(new SharedArrayBuffer(mostBytes));
    this.#ends = new Uint32Array(new SharedArrayBuffer(4 * mostRows * columns.length));
    this.#columns = columns.map((name) => ({
      name,
      isText: true,
      isSingle: true,
      isAscii: true,
      isUnreserved: true,
      isPlain: true,
    }));
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param cellOf returns the cell of a column, by its index in the builder */
  add(cellOf: (column: number) => string): void {
    const first = this.#rows++ * this.#columns.length;
    for (const [index, column] of this.#columns.entries()) {
      const cell = cellOf(index);
      const length = this.#bytes.write(cell, this.#written);
      this.#written += length;
      this.#ends[first + index] = this.#written;
      const isJson = this.#cells === 'json';
      note(column, isJson ? contentOf(cell) : cell);
      // A JSON escape may represent any character.
      column.isAscii &&= length === cell.length && !(isJson && cell.includes('\\'));
      column.isText &&= !isJson || cell.startsWith('"');
      column.isSingle &&= !isJson || !(cell.startsWith('{') || cell.startsWith('[') || cell === 'null');
    }
  }

  finish(): FeederTable {
    return {
      cells: this.#cells,
      rows: this.#rows,
      columns: this.#columns,
      bytes: this.#bytes.buffer as unknown as SharedArrayBuffer, // created in the constructor
      ends: this.#ends.buffer as unknown as SharedArrayBuffer,
    };
  }
}

function note(column: Flags, text: string): void {
  column.isPlain &&= !ESCAPED.test(text);
  column.isUnreserved &&= UNRESERVED.test(text);
}

/** Content of a quoted JSON string; other values unchanged. */
function contentOf(json: string): string {
  return json.startsWith('"') ? json.slice(1, -1) : json === '' ? 'null' : json;
}
