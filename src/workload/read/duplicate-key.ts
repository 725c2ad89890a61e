import type { PathDiagnostic } from '../path-diagnostic.ts';
import type { Path } from '../path.ts';

/** PathDiagnostic for a duplicate key: parsers would silently use one of the two values. */
export function duplicateKey(path: Path): PathDiagnostic {
  return { path, part: 'key', message: `\`${path.at(-1)}\` is given twice`, hint: 'keep one of the two' };
}
