/** Texts, names and comments, up to their ends, in which a semicolon is just a character. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g;
/** The same where a backslash takes the meaning from what follows. */
const ESCAPED = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`[^`]*`|--\s[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

/** What a transaction is made of; each request is one statement, so none of these can have the others beside it. */
const TRANSACTION = /^\s*(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|END)\b/i;

/**
 * Whether a text is more than one statement, or only a part of several that belong together.
 * @param backslashEscapes how the server reads a backslash in a text
 */
export function isSeveral(text: string, backslashEscapes: boolean): boolean {
  const bare = text.replaceAll(backslashEscapes ? ESCAPED : QUOTED, ' ');
  return /;\s*[^\s;]/.test(bare) || TRANSACTION.test(bare);
}
