import { redactSecrets } from './secrets.ts';

const LENGTH = 200;

/**
 * Returns the first line of a response or an error, shortened and with secrets redacted.
 * @param secrets as returned by `secretsOf`
 */
export function firstLine(text: string, secrets: readonly string[]): string {
  // Redacted before it is cut: a partial secret would not be found.
  const [line = ''] = redactSecrets(text.trim(), secrets).split(/[\r\n]/, 1);
  return line.slice(0, LENGTH);
}
