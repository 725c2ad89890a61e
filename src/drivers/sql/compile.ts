import { LoadbotError } from '../../shared/errors.ts';
import { selectsDocuments } from '../../shared/job-type.ts';
import type { RequestData } from '../../templates/request-data.ts';
import type { Json } from '../../shared/json.ts';
import type { DriverOptions, Operation } from '../driver.ts';
import { columnsOf, toValue, asValue, type SqlValue } from './column.ts';
import { createIndexText } from './create-index.ts';
import type { Dialect } from './dialect.ts';
import { insertOf } from './insert.ts';
import { rawStatementOf } from './raw-statement.ts';
import { noValues, type SqlStatement, statementName } from './statement.ts';
import { KEY, samplesOf, type Table, tableOf } from './table.ts';
import { transactionOf } from './transaction.ts';

type Mapped = Pick<SqlStatement, 'text' | 'prepared' | 'values'>;

/** Table and dialect of a statement. */
export interface StatementTarget {
  readonly table: Table;
  /** Name of the table in the workload. */
  readonly collection: string;
  readonly dialect: Dialect;
}

/**
 * Compiles the table of a job's documents and the statements of its operations.
 * @throws {LoadbotError} for operations without an SQL form
 */
export function compileOperations(
  { collection, operations }: Pick<DriverOptions, 'collection' | 'operations'>,
  dialect: Dialect,
): { readonly table: Table; readonly statements: readonly SqlStatement[] } {
  const table = tableOf(collection, operations, dialect);
  const statements = operations.map((operation) => compileOperation(operation, { table, collection, dialect }));
  return { table, statements };
}

/**
 * Compiles the statement of one operation.
 * @throws {LoadbotError} for an operation without an SQL form
 */
export function compileOperation(operation: Operation, place: StatementTarget): SqlStatement {
  const { type, statement, needs, transaction } = operation;
  if (transaction !== undefined) return transactionOf(transaction, needs, place.dialect);
  const missable = selectsDocuments(type);
  const mapped = statement === undefined ? mappingOf(operation, place) : rawStatementOf(operation, place.dialect);
  const common = { missable, creates: false, needs, control: undefined, next: undefined };
  return { ...common, ...mapped, name: statementName(mapped.text) };
}

/** Statement derived from the type of an operation. */
function mappingOf(operation: Operation, place: StatementTarget): Mapped {
  const { table, dialect } = place;
  switch (operation.type) {
    case 'read':
      return readOf(operation, place);
    case 'update':
      return updateOf(operation, place);
    case 'scan':
      return scanOf(operation, place);
    case 'delete':
      return deleteOf(operation, place);
    case 'create_index':
      return createIndexes(operation, place);
    case 'drop_collection':
      return { text: `DROP TABLE IF EXISTS ${table.name}`, prepared: false, values: noValues };
    case 'write':
    case 'bulk_write':
    default: // all types are above
      return insertOf(operation, table, dialect);
  }
}

function readOf({ materials }: Operation, { table, dialect }: StatementTarget): Mapped {
  const { text, values } = conditionOf(materials, dialect, 0);
  return { text: `SELECT * FROM ${table.name} WHERE ${text}`, prepared: true, values };
}

/** Documents in the order of their keys, from the selected one on. */
function scanOf({ materials }: Operation, { table, dialect }: StatementTarget): Mapped {
  const key = dialect.quote(KEY);
  const [from, limit] = [dialect.parameter(1), dialect.parameter(2)];
  return {
    text: `SELECT * FROM ${table.name} WHERE ${key} >= ${from} ORDER BY ${key} LIMIT ${limit}`,
    prepared: true,
    values: (sequence) => [materials.key(sequence), dialect.limitValue(materials.scanLength(sequence))],
  };
}

function deleteOf({ materials }: Operation, { table, dialect }: StatementTarget): Mapped {
  const { text, values } = conditionOf(materials, dialect, 0);
  // A condition on the key meets one row at most.
  const isByKey = Object.hasOwn(materials.criteria(0), KEY);
  const statement = isByKey ? `DELETE FROM ${table.name} WHERE ${text}` : dialect.deleteOne(table.name, text);
  return { text: statement, prepared: true, values };
}

function updateOf(operation: Operation, { table, dialect }: StatementTarget): Mapped {
  const { materials } = operation;
  const columns = columnsOf(samplesOf(operation)).filter(({ name }) => name !== KEY);
  if (columns.length === 0) {
    throw new LoadbotError('config_invalid', 'the update has no field to set: its schema has only `_id`', {
      field: ['schema'],
    });
  }
  const sets = columns.map(({ name }, index) => `${dialect.quote(name)} = ${dialect.parameter(index + 1)}`);
  const condition = conditionOf(materials, dialect, columns.length);
  return {
    text: `UPDATE ${table.name} SET ${sets.join(', ')} WHERE ${condition.text}`,
    prepared: true,
    values: (sequence) => {
      const changes = materials.changes(sequence);
      const values = columns.map(({ name, kind }) => toValue(kind, changes[name]));
      values.push(...condition.values(sequence));
      return values;
    },
  };
}

/** One statement per index, sent one after the other. */
function createIndexes({ indexes, needs }: Operation, { table, collection, dialect }: StatementTarget): SqlStatement {
  let first: SqlStatement | undefined;
  for (const index of indexes.toReversed()) {
    const text = createIndexText(index, collection, table.name, dialect);
    const kind = { prepared: false, missable: false, creates: true, needs, control: undefined };
    first = { name: statementName(text), text, ...kind, values: noValues, next: first };
  }
  if (first === undefined) {
    throw new LoadbotError('config_invalid', 'a create_index job needs `indexes`', {
      field: ['indexes'],
      hint: 'such as `indexes: [{ "keys": { "name": 1 } }]`',
    });
  }
  return first;
}

/** A `WHERE` condition. */
interface WhereCondition {
  readonly text: string;
  readonly values: (sequence: number) => readonly SqlValue[];
}

/**
 * Builds the condition of a filter: every field equals its value. Without a filter, it compares the key.
 * @param before number of parameters of the statement before those of the condition
 * @throws {LoadbotError} for a filter in the syntax of another database
 */
function conditionOf(materials: RequestData, dialect: Dialect, before: number): WhereCondition {
  const sample = materials.criteria(0);
  const names = Object.keys(sample);
  for (const name of names) checkComparable(name, sample[name]);
  let position = before;
  const terms = names.map((name) => {
    const column = dialect.quote(name);
    return sample[name] === null ? `${column} IS NULL` : `${column} = ${dialect.parameter(++position)}`;
  });
  const compared = names.filter((name) => sample[name] !== null);
  return { text: terms.join(' AND '), values: valuesOf(materials, compared) };
}

function valuesOf(materials: RequestData, names: readonly string[]): WhereCondition['values'] {
  if (names.length === 1 && names[0] === KEY) return (sequence) => [materials.key(sequence)];
  return (sequence) => {
    const criteria = materials.criteria(sequence);
    return names.map((name) => asValue(criteria[name] ?? null));
  };
}

function checkComparable(name: string, value: Json | undefined): void {
  if (!name.startsWith('$') && (typeof value !== 'object' || value === null)) return;
  const field = name.startsWith('$') ? name : `${name}: ${JSON.stringify(value)}`;
  throw new LoadbotError(
    'config_invalid',
    `the filter \`${field}\` is not supported for SQL, where a filter compares columns with values`,
    {
      field: ['filter'],
      hint: 'write the request as `sql`, such as "SELECT * FROM users WHERE age > #int(18,99)"',
    },
  );
}
