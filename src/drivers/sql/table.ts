import type { Fields } from '../../core/materials.ts';
import type { Operation } from '../driver.ts';
import { type Column, columnsOf } from './column.ts';
import type { Dialect } from './dialect.ts';

/** The column of a document's key. */
export const KEY = '_id';

/** Documents that are looked at to find out what columns they need: fields are drawn, so one alone could mislead. */
const SAMPLES = 32;

/** The table that the documents of a collection live in. */
export interface Table {
  /** Quoted; where the collection's name has dots, what is before them is the schema or the database. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** How it is created; `undefined` when the job has no business to. */
  readonly creation: string | undefined;
}

/** The table behind a job's collection. */
export function tableOf(collection: string, operations: readonly Operation[], dialect: Dialect): Table {
  const name = collection
    .split('.')
    .map((part) => dialect.quote(part))
    .join('.');
  const mapped = operations.filter(({ statement }) => statement === undefined);
  const columns = columnsOf(mapped.flatMap(samplesOf));
  const creation = mapped.some((operation) => fills(operation, columns))
    ? createTable(name, columns, dialect)
    : undefined;
  return { name, columns, creation };
}

/** Documents as an operation makes them. */
export function samplesOf({ type, materials }: Operation): readonly Fields[] {
  if (type === 'drop_collection') return [];
  return Array.from({ length: SAMPLES }, (_, sequence) => materials.document(sequence));
}

/**
 * Whether an operation may create the table: a write of its documents may, and the creation of an index on their fields. A read
 * or an update of a table that is not there is to fail.
 */
function fills({ type, indexes }: Operation, columns: readonly Column[]): boolean {
  if (type === 'write' || type === 'bulk_write') return true;
  if (type !== 'create_index') return false;
  const names = new Set(columns.map(({ name }) => name));
  return indexes.every(({ keys }) => Object.keys(keys).every((key) => names.has(key)));
}

function createTable(name: string, columns: readonly Column[], dialect: Dialect): string {
  const definitions = columns.map((column) => {
    const isKey = column.name === KEY;
    return `${dialect.quote(column.name)} ${dialect.columnType(column, isKey)}${isKey ? ' PRIMARY KEY' : ''}`;
  });
  return `CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`;
}
