import { printable } from '../core/printable.ts';

/**
 * Rows under a head.
 * @param texts how many columns, from the left, are no numbers
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts = Infinity): string {
  const rule = head.map((_, column) => (column < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text in which nothing is markup, on one line. */
export function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>#|~&]/g, (letter) => `\\${letter}`);
}

/** Text within backticks of a table: a pipe would end the cell even there. */
export function code(text: string): string {
  return printable(text)
    .replaceAll('`', "'")
    .replaceAll('|', String.raw`\|`);
}
