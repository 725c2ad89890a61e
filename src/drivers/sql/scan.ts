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
