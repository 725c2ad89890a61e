import { readFileSync } from 'node:fs';

/** The text of a file, or `undefined` where it is not there or not for us. */
export type ReadText = (path: string) => string | undefined;

export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
