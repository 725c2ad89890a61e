import type { FeederColumn, FeederTable } from '../core/feeder-table.ts';
import { isInexact } from '../core/json-number.ts';
import type { Json } from '../core/target.ts';
import { bareText } from './json-scanner.ts';
import { integersBetween, streamKey } from './random.ts';
import type { Tag } from './tag.ts';

/** Rows from a file; a feeder of the plan fits. */
export interface Feeder {
  readonly name: string;
  /** Which row a request takes: one after the other and round again, or any. */
  readonly order: 'sequential' | 'random';
  readonly table: FeederTable;
}

/**
 * The columns of feeders as tags, by their names: `users.email`. All tags of one feeder take the same row of a number.
 * @param numberOf what a row is chosen by: the document's or the request's number
 */
export function feederTags(
  feeders: readonly Feeder[],
  seed: number,
  numberOf: (number: number) => number,
): ReadonlyMap<string, () => Tag> {
  return new Map(
    feeders.flatMap(({ name, order, table }) => {
      const draw = integersBetween(streamKey(seed, 'feeder', name), 0, table.rows - 1);
      const rowOf = order === 'random' ? draw : (number: number): number => number % table.rows;
      const tagOf = (index: number): Tag => columnTag(table, index, (number) => rowOf(numberOf(number)));
      return table.columns.map((column, index): [string, () => Tag] => [`${name}.${column.name}`, () => tagOf(index)]);
    }),
  );
}

/** Rows of tables that are small enough for each job to keep their texts: reading one again and again costs more than looking it up. */
const FEW_ROWS = 1000;

/** Makes something of the cell of a row. */
type OfRow<Item> = (row: number) => Item;

function columnTag(table: FeederTable, index: number, rowOf: (number: number) => number): Tag {
  const column = table.columns[index]!; // one of the table's
  const cell = cellReader(table, index);
  const by = <Item>(ofRow: OfRow<Item>): ((number: number) => Item) => {
    const find = table.rows <= FEW_ROWS ? remember(ofRow, table.rows) : ofRow;
    return (number) => find(rowOf(number));
  };
  const { text, escaped, value, json } = table.cells === 'text' ? ofTexts(cell, column) : ofJson(cell, column);
  const rendered = by(text);
  return {
    text: rendered,
    escaped: text === escaped ? rendered : by(escaped),
    value: by(value),
    json: json === undefined ? undefined : by(json),
    isAscii: column.isAscii,
    isUnreserved: column.isUnreserved,
    // A column of text alone may come from CSV, which has no other types.
    ...(json === undefined && { bare: bareText(rendered) }),
  };
}

/** Reads what is stored of a row. */
function cellReader({ columns, bytes, ends }: FeederTable, index: number): OfRow<string> {
  const memory = Buffer.from(bytes) as SlicedBuffer;
  const end = new Uint32Array(ends);
  const width = columns.length;
  const startOf = (at: number): number => (at === 0 ? 0 : end[at - 1]!); // a cell of the table
  if (columns[index]?.isAscii === true) {
    return (row) => memory.latin1Slice(startOf(row * width + index), end[row * width + index]!);
  }
  return (row) => memory.utf8Slice(startOf(row * width + index), end[row * width + index]!);
}

/** What `toString` of a buffer calls once it has looked at its arguments, which takes longer than the rest. */
interface SlicedBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** The forms of a cell that a tag needs. */
interface Forms {
  readonly text: OfRow<string>;
  readonly escaped: OfRow<string>;
  readonly value: OfRow<Json>;
  readonly json: OfRow<string> | undefined;
}

function ofTexts(cell: OfRow<string>, { isPlain }: FeederColumn): Forms {
  const escaped: OfRow<string> = isPlain ? cell : (row) => JSON.stringify(cell(row)).slice(1, -1);
  return { text: cell, escaped, value: cell, json: undefined };
}

function ofJson(cell: OfRow<string>, { isText, isPlain }: FeederColumn): Forms {
  const json: OfRow<string> = (row) => cell(row) || 'null';
  const value: OfRow<Json> = (row) => valueOf(json(row));
  if (isText) {
    const inner: OfRow<string> = (row) => cell(row).slice(1, -1);
    const text: OfRow<string> = isPlain ? inner : (row) => JSON.parse(cell(row)) as string;
    return { text, escaped: inner, value: text, json: undefined };
  }
  const text: OfRow<string> = (row) => textOf(json(row));
  return { text, escaped: (row) => JSON.stringify(text(row)).slice(1, -1), value, json };
}

/** A number that a double does not hold stays the text that it is: databases take that for a number. */
function valueOf(json: string): Json {
  return isInexact(json) ? json : (JSON.parse(json) as Json);
}

/** A value within longer text: text as it is, all else as JSON. */
function textOf(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Makes each item once, when it is first asked for. */
function remember<Item>(ofRow: OfRow<Item>, rows: number): OfRow<Item> {
  const known = Array.from<Item | undefined>({ length: rows });
  return (row) => {
    const item = known[row];
    if (item !== undefined) return item;
    const made = ofRow(row);
    known[row] = made;
    return made;
  };
}
