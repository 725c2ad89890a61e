import { LoadbotError } from '../../core/errors.ts';
import type { Operation } from '../driver.ts';
import { asValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import { isSeveral } from './scan.ts';
import type { SqlStatement } from './statement.ts';

/**
 * The statement that a job writes itself; its tags become parameters.
 * @throws {LoadbotError} for what is no single statement
 */
export function rawStatementOf(
  { statement, materials }: Operation,
  dialect: Dialect,
): Pick<SqlStatement, 'text' | 'prepared' | 'values'> {
  if (typeof statement !== 'string' || statement.trim() === '') {
    throw new LoadbotError('config_invalid', '`sql` must be the text of a statement', { field: ['sql'] });
  }
  const compiled = materials.statement(statement);
  const text = compiled.texts.reduce((before, after, index) => before + dialect.parameter(index) + after);
  if (isSeveral(text, dialect.backslashEscapes)) {
    throw new LoadbotError(
      'config_invalid',
      '`sql` must be one statement: a request cannot be several, nor a transaction',
      {
        field: ['sql'],
        hint: 'give each its own job, or put them into a function or procedure on the server and call that',
      },
    );
  }
  return {
    text,
    prepared: true,
    values: (sequence) => compiled.values(sequence).map(asValue),
  };
}
