import type { Path } from '../path.ts';
import type { Position, TextFault } from './source-document.ts';

/** The fault of a key that its object already has: parsers would silently take one of the two. */
export function duplicateKey(path: Path, at: Position): TextFault {
  return { path, at, message: `\`${path.at(-1)}\` is given twice`, hint: 'keep one of the two' };
}
