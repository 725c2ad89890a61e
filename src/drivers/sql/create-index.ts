import { LoadbotError } from '../../core/errors.ts';
import type { Json } from '../../core/target.ts';
import type { IndexOptions } from '../driver.ts';
import type { Dialect } from './dialect.ts';

/** Options of other databases that change nothing here: PostgreSQL and MySQL leave rows without a value out of unique indexes anyway. */
const MEANINGLESS = new Set(['background', 'sparse']);

/**
 * The statement that creates an index.
 * @param collection the table's name as the workload has it, for the index's default name: `users_name_1_age_-1`
 * @throws {LoadbotError} for kinds and options that SQL has no word for
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
        hint: 'give it another with `options: { "name": "..." }`',
      },
    );
  }
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  return `CREATE ${kind} ${dialect.ifAbsent}${dialect.quote(given)} ON ${table} (${columns.join(', ')})`;
}

function direction(field: string, order: Json): 'ASC' | 'DESC' {
  if (order === 1 || order === -1) return order === 1 ? 'ASC' : 'DESC';
  throw new LoadbotError('config_invalid', `an index on ${field} of the kind ${JSON.stringify(order)} is not for SQL`, {
    field: ['indexes'],
    hint: 'give 1 or -1, or write the request as `sql`',
  });
}

function readOptions({ options }: IndexOptions): { readonly unique: boolean; readonly name: string | undefined } {
  for (const option of Object.keys(options)) {
    if (option === 'unique' || option === 'name' || MEANINGLESS.has(option)) continue;
    throw new LoadbotError('config_invalid', `the option \`${option}\` of an index is not for SQL`, {
      field: ['indexes'],
      hint: 'there are `unique` and `name`; write anything else as `sql`',
    });
  }
  const { name } = options;
  return { unique: options['unique'] === true, name: typeof name === 'string' ? name : undefined };
}
