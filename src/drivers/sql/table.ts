import type { JsonObject } from '../../templates/request-data.ts';
import type { Operation } from '../driver.ts';
import { type SqlColumn, columnsOf } from './column.ts';
import type { Dialect } from './dialect.ts';

/** Column of a document's key. */
export const KEY = '_id';

/** Number of sample documents that determine the columns. Fields are random, so a single document could mislead. */
const SAMPLES = 32;

/** Table of a collection's documents. */
export interface Table {
  /** Quoted name. The part of the collection's name before a dot is the schema or the database. */
  readonly name: string;
  readonly columns: readonly SqlColumn[];
  /** `CREATE TABLE` statement; `undefined` when the job must not create the table. */
  readonly creation: string | undefined;
}

/** Table of a job's collection. */
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

/** Sample documents of an operation. */
export function samplesOf({ type, materials }: Operation): readonly JsonObject[] {
  if (type === 'drop_collection') return [];
  return Array.from({ length: SAMPLES }, (_, sequence) => materials.document(sequence));
}

/**
 * Whether an operation may create the table: writes of documents and index creation on their fields may. A read or an
 * update of a missing table must fail.
 */
function fills({ type, indexes }: Operation, columns: readonly SqlColumn[]): boolean {
  if (type === 'write' || type === 'bulk_write') return true;
  if (type !== 'create_index') return false;
  const names = new Set(columns.map(({ name }) => name));
  return indexes.every(({ keys }) => Object.keys(keys).every((key) => names.has(key)));
}

function createTable(name: string, columns: readonly SqlColumn[], dialect: Dialect): string {
  const definitions = columns.map((column) => {
    const isKey = column.name === KEY;
    return `${dialect.quote(column.name)} ${dialect.columnType(column, isKey)}${isKey ? ' PRIMARY KEY' : ''}`;
  });
  return `CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`;
}
