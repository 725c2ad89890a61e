import type { FeederColumn, FeederTable } from '../shared/feeder-table.ts';
import { isInexact, type Json } from '../shared/json.ts';
import type { Tag } from '../templates/tag.ts';
import { createRowSelection, type RowOrder } from './rows.ts';
import { bareText } from './syntax-text.ts';

/**
 * Number that selects a row: of the document or the request, of the scenario's iteration, or of its user. `default`: of
 * the iteration in a scenario, else of the request.
 */
export type RowUse = 'default' | 'request' | 'iteration' | 'user';

/** Rows from a file; compatible with a feeder of the plan. */
export interface Feeder {
  readonly name: string;
  readonly per: RowUse;
  readonly order: RowOrder;
  readonly table: FeederTable;
}

/** Functions from the number that a template is rendered for to the number that selects a row. */
export type RowNumbers = Readonly<Record<RowUse, (number: number) => number>>;

/**
 * Returns the columns of feeders as tags, by name: `users.email`. All tags of a feeder use the same row for a number.
 */
export function feederTags(
  feeders: readonly Feeder[],
  seed: number,
  numbers: RowNumbers,
): ReadonlyMap<string, () => Tag> {
  return new Map(
    feeders.flatMap(({ name, per, order, table }) => {
      const rowOf = createRowSelection(order, table.rows, seed, name);
      const numberOf = numbers[per];
      return tableTags(name, table, (number) => rowOf(numberOf(number)));
    }),
  );
}

/** Returns the columns of a table as tags, by name: `users.email`. */
export function tableTags(
  name: string,
  table: FeederTable,
  rowOf: (number: number) => number,
): readonly (readonly [string, () => Tag])[] {
  return table.columns.map((column, index) => [`${name}.${column.name}`, () => columnTag(table, index, rowOf)]);
}

/** Row limit of tables whose texts are cached by each job: decoding a cell repeatedly costs more than a lookup. */
const FEW_ROWS = 1000;

/** Returns a value derived from a row's cell. */
type OfRow<Item> = (row: number) => Item;

function columnTag(table: FeederTable, index: number, rowOf: (number: number) => number): Tag {
  const column = table.columns[index]!; // one of the table's
  const cell = cellReader(table, index);
  const by = <Item>(ofRow: OfRow<Item>): ((number: number) => Item) => {
    const find = table.rows <= FEW_ROWS ? memoizeRows(ofRow, table.rows) : ofRow;
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
    // A text-only column may come from CSV, which has no other types.
    ...(json === undefined && { bare: bareText(rendered) }),
  };
}

/** Returns a function that reads the stored text of a row's cell. */
function cellReader({ columns, bytes, ends }: FeederTable, index: number): OfRow<string> {
  const memory = Buffer.from(bytes) as SlicedBuffer;
  const end = new Uint32Array(ends);
  const width = columns.length;
  const startOf = (at: number): number => (at === 0 ? 0 : end[at - 1]!); // inside the table
  if (columns[index]?.isAscii === true) {
    return (row) => memory.latin1Slice(startOf(row * width + index), end[row * width + index]!);
  }
  return (row) => memory.utf8Slice(startOf(row * width + index), end[row * width + index]!);
}

/** Internal method that `Buffer.toString` calls after it validates its arguments, which takes most of its time. */
interface SlicedBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Renderings of a cell for a tag. */
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

/** A number that a double cannot hold exactly remains text; databases accept numeric text. */
function valueOf(json: string): Json {
  return isInexact(json) ? json : (JSON.parse(json) as Json);
}

/** A value within longer text: text unchanged, other types as JSON. */
function textOf(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Memoizes items by row. */
function memoizeRows<Item>(ofRow: OfRow<Item>, rows: number): OfRow<Item> {
  const known = Array.from<Item | undefined>({ length: rows });
  return (row) => {
    const item = known[row];
    if (item !== undefined) return item;
    const made = ofRow(row);
    known[row] = made;
    return made;
  };
}
