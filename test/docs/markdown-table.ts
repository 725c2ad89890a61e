/** A cell that a person has to fill in; a test fails as long as a page has one. */
export const MISSING_CELL = '(missing)';

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`)
    .join('\n');
}

/** Cells of the rows of a table, the head included and the line below it left out. */
export function parseTable(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|\s*-/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/**
 * Renders a table with one row for each key. The first cells of a row are given; the others are written by hand and are
 * kept.
 * @param rows the first cells of each row; the first of them is the key
 */
export function fillTable(current: string, rows: readonly (readonly string[])[]): string {
  const [head = [], ...known] = parseTable(current);
  const kept = new Map(known.map((cells) => [cells[0], cells]));
  const filled = rows.map((cells) => {
    const old = kept.get(cells[0]);
    const rest = head.slice(cells.length).map((_, index) => old?.[cells.length + index] ?? MISSING_CELL);
    return [...cells, ...rest];
  });
  return renderTable(head, filled);
}
