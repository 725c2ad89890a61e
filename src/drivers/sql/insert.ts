import type { JsonObject } from '../../templates/request-data.ts';
import type { Operation } from '../driver.ts';
import { type SqlColumn, columnsOf, type SqlValue, toValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import type { SqlStatement } from './statement.ts';
import { samplesOf, type Table } from './table.ts';

/** Both protocols count the parameters of a statement in 16 bits. */
const MAX_PARAMETERS = 65_535;

type Insert = Pick<SqlStatement, 'text' | 'prepared' | 'values'>;

/**
 * Inserts a document, or all documents of a bulk write in one multi-row statement. Measured against one array per
 * column and against JSON: within 10% of both, and it is the statement that applications send.
 */
export function insertOf(operation: Operation, table: Table, dialect: Dialect): Insert {
  const { materials, type, batchSize } = operation;
  const own = new Set(columnsOf(samplesOf(operation)).map(({ name }) => name));
  const columns = table.columns.filter(({ name }) => own.has(name));
  const rows = type === 'bulk_write' ? batchSize : 1;
  if (rows * columns.length > MAX_PARAMETERS) return hugeInsertOf(operation, table.name, columns, dialect);
  return {
    text: insertText(table.name, columns, rows, dialect),
    prepared: true,
    values:
      type === 'bulk_write'
        ? (sequence) => rowsOf(columns, materials.documents(sequence))
        : (sequence) => rowOf(columns, materials.document(sequence)),
  };
}

/** `INSERT` statement with so many rows. */
export function insertText(table: string, columns: readonly SqlColumn[], rows: number, dialect: Dialect): string {
  let position = 0;
  const row = (): string => `(${columns.map(() => dialect.parameter(++position)).join(', ')})`;
  return `INSERT INTO ${table} (${namesOf(columns, dialect)}) VALUES ${Array.from({ length: rows }, row).join(', ')}`;
}

/** Quoted names of the columns. */
export function namesOf(columns: readonly SqlColumn[], dialect: Pick<Dialect, 'quote'>): string {
  return columns.map(({ name }) => dialect.quote(name)).join(', ');
}

function hugeInsertOf(
  { materials, batchSize }: Operation,
  table: string,
  columns: readonly SqlColumn[],
  dialect: Dialect,
): Insert {
  const { text, asJson, prepared } = dialect.hugeInsert(table, columns, batchSize);
  return {
    text,
    prepared,
    values: asJson
      ? (sequence) => [materials.documentsJson(sequence)]
      : (sequence) => rowsOf(columns, materials.documents(sequence)),
  };
}

function rowOf(columns: readonly SqlColumn[], document: JsonObject): SqlValue[] {
  return columns.map(({ name, kind }) => toValue(kind, document[name]));
}

function rowsOf(columns: readonly SqlColumn[], documents: readonly JsonObject[]): SqlValue[] {
  const values: SqlValue[] = [];
  for (const document of documents) {
    for (const { name, kind } of columns) values.push(toValue(kind, document[name]));
  }
  return values;
}
