import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, fitNames, widthOf } from './text-width.ts';

const GAP = 2;
/** Width that names get before further columns. */
const MIN_NAME = 12;

/** A line of a table. */
interface NamedRow<Title extends string> {
  readonly name: string;
  readonly cells: Readonly<Partial<Record<Title, string>>>;
  readonly style?: Parameters<Terminal['style']>[0] | undefined;
}

interface NamedTableOptions<Title extends string> {
  /** Title of the names. */
  readonly heading: string;
  readonly titles: readonly Title[];
  /** Columns that a narrow terminal drops, in this order. */
  readonly dropOrder: readonly Title[];
  readonly rows: readonly NamedRow<Title>[];
}

/** Renders a table of names with right-aligned values. */
export function renderNamedTable<Title extends string>(options: NamedTableOptions<Title>, screen: Terminal): string[] {
  const { heading, rows } = options;
  const names = rows.map(({ name }) => name);
  const { name, widths } = layoutOf(options, screen.columns);
  const fitted = fitNames(names, name);
  const line = (label: string, textOf: (title: Title) => string): string =>
    alignLeft(label, name) + [...widths].map(([title, width]) => alignRight(textOf(title), width)).join('');
  return [
    screen.style(
      'dim',
      line(heading, (title) => title),
    ),
    ...rows.map(({ name: own, cells, style }) => {
      const text = line(fitted.get(own) ?? '', (title) => cells[title] ?? '').trimEnd();
      return style === undefined ? text : screen.style(style, text);
    }),
  ];
}

/** Widths of the names and of the columns that fit. */
function layoutOf<Title extends string>(
  { heading, titles, dropOrder, rows }: NamedTableOptions<Title>,
  columns: number,
): { readonly name: number; readonly widths: ReadonlyMap<Title, number> } {
  const widthOfColumn = (title: Title): number =>
    GAP + rows.reduce((most, { cells }) => Math.max(most, widthOf(cells[title] ?? '')), widthOf(title));
  const widths = new Map(titles.map((title) => [title, widthOfColumn(title)]));
  const longest = rows.reduce((most, { name }) => Math.max(most, widthOf(name)), widthOf(heading));
  const room = (): number => columns - [...widths.values()].reduce((sum, width) => sum + width, 0);
  for (const title of dropOrder) if (room() < Math.min(longest, MIN_NAME)) widths.delete(title);
  return { name: Math.max(1, Math.min(longest, room())), widths };
}
