import { readFileSync } from 'node:fs';

/** Reads the text of a file; `undefined` if it does not exist or is not readable. */
export type ReadText = (path: string) => string | undefined;

export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
