import { type Content, markup, type Markup } from './markup.ts';

export interface Column {
  readonly title: string;
  /** Words are left-aligned, numbers right-aligned. */
  readonly holds: 'words' | 'numbers';
}

export function words(title: string): Column {
  return { title, holds: 'words' };
}

export function numbers(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, holds: 'numbers' }));
}

/**
 * Renders a table with row headers in the first column. It scrolls horizontally if wider than the screen, also by
 * keyboard.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const head = columns.map(({ title, holds }) => markup`<th scope="col" class="${holds}">${title}</th>`);
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<thead><tr>${head}</tr></thead>
<tbody>${rows.map((cells) => rowOf(cells, columns))}</tbody>
</table></div>
`;
}

function rowOf(cells: readonly Content[], columns: readonly Column[]): Markup {
  const shown = cells.map((cell, index) => {
    const holds = columns[index]?.holds ?? 'words';
    return index === 0
      ? markup`<th scope="row" class="${holds}">${cell}</th>`
      : markup`<td class="${holds}">${cell}</td>`;
  });
  return markup`<tr>${shown}</tr>
`;
}
