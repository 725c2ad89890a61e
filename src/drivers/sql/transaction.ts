import { LoadbotError } from '../../shared/errors.ts';
import type { Operation } from '../driver.ts';
import type { Dialect } from './dialect.ts';
import { noValues, type SqlStatement, statementName } from './statement.ts';

/** Isolation levels of the SQL standard. */
const LEVELS: readonly string[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

/**
 * Compiles the begin or the end of a transaction, sent as text.
 * @throws {LoadbotError} for an isolation level that SQL does not have
 */
export function transactionOf(
  control: NonNullable<Operation['transaction']>,
  needs: SqlStatement['needs'],
  dialect: Dialect,
): SqlStatement {
  if (control.kind !== 'begin') return chain([control.kind.toUpperCase()], control.kind, needs);
  const { isolation, readOnly } = control;
  if (isolation !== undefined && !LEVELS.includes(isolation)) {
    throw new LoadbotError('config_invalid', `SQL databases do not have the isolation level \`${isolation}\``, {
      field: ['transaction', 'isolation'],
      hint: `use one of: ${LEVELS.join(', ')}`,
    });
  }
  return chain(dialect.begin(isolation?.toUpperCase(), readOnly), 'begin', needs);
}

function chain(texts: readonly string[], control: SqlStatement['control'], needs: SqlStatement['needs']): SqlStatement {
  const [text = '', ...others] = texts;
  return {
    name: statementName(text),
    text,
    prepared: false,
    values: noValues,
    missable: false,
    creates: false,
    needs,
    control,
    next: others.length === 0 ? undefined : chain(others, control, needs),
  };
}
