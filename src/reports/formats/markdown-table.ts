import { sanitizeForTerminal } from '../../shared/text.ts';

/**
 * Renders a Markdown table.
 * @param texts number of text columns from the left; the others are numbers
 */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], texts = Infinity): string {
  const rule = head.map((_, column) => (column < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Escapes text for Markdown, on one line. */
export function escapeMarkdown(text: string): string {
  return sanitizeForTerminal(text).replace(/[\\`*_{}[\]<>#|~&]/g, (letter) => `\\${letter}`);
}

/** Escapes text for a code span in a table; a pipe would end the cell even there. */
export function escapeCode(text: string): string {
  return sanitizeForTerminal(text)
    .replaceAll('`', "'")
    .replaceAll('|', String.raw`\|`);
}
