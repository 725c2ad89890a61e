import type { JsonObject } from '../../templates/request-data.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { redactSecrets, secretsOfTarget } from '../../shared/secrets.ts';
import type { Target } from '../../plan/target.ts';
import type { Operation } from '../driver.ts';
import { type SqlColumn, columnsOf } from './column.ts';
import type { Dialect } from './dialect.ts';
import type { SqlBackend, SqlConnection } from './connection.ts';

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
  const mapped = operations.filter(
    ({ statement, transaction }) => statement === undefined && transaction === undefined,
  );
  const columns = columnsOf(mapped.flatMap(samplesOf));
  const creation = mapped.some((operation) => fills(operation, columns))
    ? createTable(name, columns, dialect)
    : undefined;
  return { name, columns, creation };
}

/** Sample documents of an operation. */
export function samplesOf({ type, materials }: Operation): readonly JsonObject[] {
  if (type === 'drop_collection') return [];
  const documents = Array.from({ length: SAMPLES }, (_, sequence) => materials.document(sequence));
  const { maxDataSize } = materials;
  // The first documents may lack the largest of different sizes.
  return maxDataSize === undefined ? documents : [...documents, { ...documents[0], data: 'x'.repeat(maxDataSize) }];
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

/** A connection that the preparation of a job uses. */
type QueryConnection = Pick<SqlConnection, 'query'>;

/** Creates a job's table before its first request, once per job and thread. */
export class TableCreator {
  readonly #table: Table;
  readonly #backend: Pick<SqlBackend, 'classifyError'>;
  readonly #target: Target;
  #isThere = false;

  constructor(table: Table, backend: Pick<SqlBackend, 'classifyError'>, target: Target) {
    this.#table = table;
    this.#backend = backend;
    this.#target = target;
  }

  /**
   * Creates the table when it is absent. Safe when many threads and agents create the table concurrently.
   * @throws {LoadbotError} when the server rejects it; a connection error passes unchanged
   */
  async make(connection: QueryConnection): Promise<void> {
    const { creation, name } = this.#table;
    if (this.#isThere || creation === undefined) return;
    // Checked first, because a user without the right to create tables may use an existing one.
    if (!(await this.#exists(connection, name))) await this.#create(connection, creation);
    this.#isThere = true;
  }

  async #exists(connection: QueryConnection, name: string): Promise<boolean> {
    try {
      await connection.query(`SELECT 1 FROM ${name} LIMIT 0`);
      return true;
    } catch (error) {
      if (this.#backend.classifyError(error).detail === 'missing_table') return false;
      throw this.#explain(error);
    }
  }

  async #create(connection: QueryConnection, creation: string): Promise<void> {
    try {
      await connection.query(creation);
    } catch (error) {
      if (!this.#backend.classifyError(error).alreadyExists) throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    if (this.#backend.classifyError(error).errorClass !== 'driver') return error;
    const { name } = this.#table;
    const reason = redactSecrets(messageOf(error), secretsOfTarget(this.#target));
    return new LoadbotError('config_invalid', `cannot use the table ${name} on ${this.#target.url}: ${reason}`, {
      hint: 'grant the user the right to create tables, or create the table beforehand',
      cause: error,
    });
  }
}
