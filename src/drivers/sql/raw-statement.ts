import { LoadbotError } from '../../shared/errors.ts';
import type { Operation } from '../driver.ts';
import { asValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import { hasMultipleStatements } from './scan.ts';
import type { SqlStatement } from './statement.ts';

/**
 * Compiles a statement from the workload; its template tags become parameters.
 * @throws {LoadbotError} when the text is not exactly one statement
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
  if (hasMultipleStatements(text, dialect.backslashEscapes)) {
    throw new LoadbotError(
      'config_invalid',
      '`sql` must be one statement: a request cannot contain several statements or a transaction',
      {
        field: ['sql'],
        hint: 'write one job per statement, or call a function or procedure on the server',
      },
    );
  }
  return {
    text,
    prepared: true,
    values: (sequence) => compiled.values(sequence).map(asValue),
  };
}
