import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { IndexOptions } from '../driver.ts';
import type { Dialect } from './dialect.ts';

/**
 * Options of other databases that have no effect here: unique indexes of PostgreSQL and MySQL ignore rows with NULL
 * anyway.
 */
const MEANINGLESS = new Set(['background', 'sparse']);

/**
 * Builds the statement that creates an index.
 * @param collection name of the table in the workload, for the index's default name: `users_name_1_age_-1`
 * @throws {LoadbotError} for index kinds and options that SQL does not support
 */
export function createIndexText(index: IndexOptions, collection: string, table: string, dialect: Dialect): string {
  const { unique, name } = readOptions(index);
  const keys = Object.entries(index.keys);
  const columns = keys.map(([field, order]) => `${dialect.quote(field)} ${direction(field, order)}`);
  const given = name ?? [collection, ...keys.map(([field, order]) => `${field}_${JSON.stringify(order)}`)].join('_');
  if (Buffer.byteLength(given) > dialect.maxNameBytes) {
    throw new LoadbotError(
      'config_invalid',
      `the name of an index, \`${given}\`, is longer than ${dialect.maxNameBytes} bytes`,
      {
        field: ['indexes'],
        hint: 'set a shorter name with `options: { "name": "..." }`',
      },
    );
  }
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  return `CREATE ${kind} ${dialect.ifAbsent}${dialect.quote(given)} ON ${table} (${columns.join(', ')})`;
}

function direction(field: string, order: Json): 'ASC' | 'DESC' {
  if (order === 1 || order === -1) return order === 1 ? 'ASC' : 'DESC';
  throw new LoadbotError('config_invalid', `SQL does not support the index kind ${JSON.stringify(order)} of ${field}`, {
    field: ['indexes'],
    hint: 'use 1 or -1, or write the request as `sql`',
  });
}

function readOptions({ options }: IndexOptions): { readonly unique: boolean; readonly name: string | undefined } {
  for (const option of Object.keys(options)) {
    if (option === 'unique' || option === 'name' || MEANINGLESS.has(option)) continue;
    throw new LoadbotError('config_invalid', `SQL does not support the index option \`${option}\``, {
      field: ['indexes'],
      hint: 'use `unique` and `name`, or write the request as `sql`',
    });
  }
  const { name } = options;
  return { unique: options['unique'] === true, name: typeof name === 'string' ? name : undefined };
}
