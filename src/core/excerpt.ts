import { mask } from './secrets.ts';

const LENGTH = 200;

/**
 * The first line of what somebody answered or complained, short and free of secrets.
 * @param secrets as `secretsOf` gives them
 */
export function excerptOf(text: string, secrets: readonly string[]): string {
  // Masked before it is cut, or the half of a secret that is left would not be found.
  const [line = ''] = mask(text.trim(), secrets).split(/[\r\n]/, 1);
  return line.slice(0, LENGTH);
}
