import { Lexer } from 'yaml';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { TOO_DEEP } from './value-bounds.ts';

/** Token before the content of a plain or block scalar. */
const SCALAR = '\u001f';
/** Maximum column of a nested block; each level takes at least one column, except for a list in a field. */
const MAX_COLUMN = 1000;
const OPENING: ReadonlySet<string> = new Set(['[', '{']);
const CLOSING: ReadonlySet<string> = new Set([']', '}']);
/** Indicators of nested blocks, which may follow each other in one line. */
const INDICATORS: ReadonlySet<string> = new Set(['-', '?', ':']);
const BLANKS = /^ +$/;
/** Token at the start of a document. */
const DOCUMENT = '\u0002';
/** Tokens that may stand between indicators: blanks, tags, anchors. */
const BETWEEN = /^(?:[ \t]+|[!&].*)$/;

/**
 * Rejects deeply nested YAML before it is parsed, since the parser recurses: a regular expression that V8 compiles near the
 * end of the stack ends the process.
 * @throws {BoundsExceeded} for more levels of brackets than a workload may have, or blocks beyond column 1000
 */
export function rejectDeepYaml(text: string): void {
  let levels = 0;
  let column = 0;
  let isAtStart = true;
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    if (isContent) {
      isContent = false;
      isAtStart = token.endsWith('\n');
      column = 0;
    } else if (token === SCALAR) isContent = true;
    else if (token === '\n' || token === '\r\n') [column, isAtStart] = [0, true];
    else if (OPENING.has(token)) {
      if (++levels > WORKLOAD_LIMITS.levels) throw TOO_DEEP;
    } else if (CLOSING.has(token)) levels = Math.max(0, levels - 1);
    else if (INDICATORS.has(token) || (isAtStart && BLANKS.test(token))) {
      column += token.length;
      if (column > MAX_COLUMN) throw TOO_DEEP;
    } else if (token !== DOCUMENT && !BETWEEN.test(token)) [column, isAtStart] = [0, false];
  }
}
