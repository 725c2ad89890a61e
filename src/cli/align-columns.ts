import { widthOf } from '../reports/terminal/text-width.ts';

/**
 * Formats rows as lines with aligned columns, two blanks apart and indented by two. Cells are never cut; an empty column
 * takes no space.
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  return rows.map((row) => {
    const cells = row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .filter((_, column) => widths[column] !== 0);
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** Pads with blanks on the right to at least `columns`. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}
