import { LoadbotError } from '../../shared/errors.ts';
import type { Operation } from '../driver.ts';
import { asValue } from './column.ts';
import type { Dialect } from './dialect.ts';
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
      '`sql` must be one statement: a request cannot contain several statements or the begin or end of a transaction',
      {
        field: ['sql'],
        hint: 'for a transaction, use a job of `type: "scenario"` with `transaction` and one step per statement',
      },
    );
  }
  return {
    text,
    prepared: true,
    values: (sequence) => compiled.values(sequence).map(asValue),
  };
}

/** String literals, quoted identifiers and comments, in which a semicolon is an ordinary character. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g;
/** The same for servers where a backslash escapes the next character. */
const ESCAPED = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`[^`]*`|--\s[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

/** Statements of transaction control. A request is a single statement, so it cannot contain a transaction. */
const TRANSACTION = /^\s*(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|END)\b/i;

/**
 * Whether a text has more than one statement, or is part of a transaction.
 * @param backslashEscapes whether the server treats a backslash in a string as an escape
 */
export function hasMultipleStatements(text: string, backslashEscapes: boolean): boolean {
  const bare = text.replaceAll(backslashEscapes ? ESCAPED : QUOTED, ' ');
  return /;\s*[^\s;]/.test(bare) || TRANSACTION.test(bare);
}
