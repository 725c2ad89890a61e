import { printable } from '../core/printable.ts';

/**
 * Renders a Markdown table.
 * @param texts number of text columns from the left; the others are numbers
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts = Infinity): string {
  const rule = head.map((_, column) => (column < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Escapes text for Markdown, on one line. */
export function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>#|~&]/g, (letter) => `\\${letter}`);
}

/** Escapes text for a code span in a table; a pipe would end the cell even there. */
export function code(text: string): string {
  return printable(text)
    .replaceAll('`', "'")
    .replaceAll('|', String.raw`\|`);
}
