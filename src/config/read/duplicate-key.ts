import type { Finding } from '../finding.ts';
import type { Path } from '../path.ts';

/** The finding of a key that its object already has: parsers would silently take one of the two. */
export function duplicateKey(path: Path): Finding {
  return { path, part: 'key', message: `\`${path.at(-1)}\` is given twice`, hint: 'keep one of the two' };
}
