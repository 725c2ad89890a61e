import { createScanner } from 'jsonc-parser';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { TOO_DEEP, TOO_MANY } from './value-bounds.ts';

// `SyntaxKind` of jsonc-parser, a const enum.
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA, END] = [1, 2, 3, 4, 5, 17];

/**
 * Rejects JSON with too many values or levels before it is parsed: the tree takes 100 times the memory of the text, and the
 * parser recurses. A regular expression that V8 compiles near the end of the stack ends the process.
 * @throws {BoundsExceeded} for more levels or commas than a workload may have values
 */
export function rejectOversizedJson(text: string): void {
  if (text.length < WORKLOAD_LIMITS.levels) return;
  const scanner = createScanner(text, true);
  const next = (): number => scanner.scan();
  /** The closing token of each open object or list. */
  const open: number[] = [];
  let commas = 0;
  for (let token = next(); token !== END; token = next()) {
    if (token === COMMA && ++commas > WORKLOAD_LIMITS.values) throw TOO_MANY;
    if (token === OPEN_OBJECT || token === OPEN_LIST) {
      if (open.push(token === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST) > WORKLOAD_LIMITS.levels) throw TOO_DEEP;
    } else if (token === open.at(-1)) open.pop();
  }
}
