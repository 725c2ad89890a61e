import { LoadbotError } from '../../shared/errors.ts';
import type { RequestData } from '../../templates/request-data.ts';
import type { Json } from '../../shared/json.ts';
import { asValue, type SqlValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import { KEY } from './table.ts';

/** A `WHERE` condition. */
export interface WhereCondition {
  readonly text: string;
  readonly values: (sequence: number) => readonly SqlValue[];
}

/**
 * Builds the condition of a filter: every field equals its value. Without a filter, it compares the key.
 * @param before number of parameters of the statement before those of the condition
 * @throws {LoadbotError} for a filter in the syntax of another database
 */
export function conditionOf(materials: RequestData, dialect: Dialect, before: number): WhereCondition {
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
