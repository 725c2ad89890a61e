import type { Family } from '../../src/metrics/family.ts';
import { parseTable, renderTable } from './markdown-table.ts';

/** Names of the labels that the samples of a family have. */
export function labelsOf(family: Family): readonly string[] {
  return [...new Set(family.samples.flatMap(({ labels }) => Object.keys(labels)))];
}

/**
 * Updates the tables of metric families in a section of a page: types and labels, rows in the order of the exposition.
 * A family without a row gets one after its predecessor, with its help text as the meaning. Other text and rows of name
 * prefixes (`process_*`) are kept.
 */
export function updateFamilies(section: string, families: readonly Family[]): string {
  const order = new Map(families.map(({ name }, index) => [name, index]));
  const tables = section.split(/(^\|.*(?:\n\|.*)*)/m);
  const documented = new Set(parseTable(section).map(([name = '']) => nameOf(name)));
  return tables
    .map((part) => (part.startsWith('| family ') ? updateTable(part, families, order, documented) : part))
    .join('');
}

function updateTable(
  table: string,
  families: readonly Family[],
  order: ReadonlyMap<string, number>,
  documented: ReadonlySet<string>,
): string {
  const [head = [], ...rows] = parseTable(table);
  const meanings = new Map(rows.map((cells) => [nameOf(cells[0] ?? ''), cells[3] ?? '']));
  const prefixes = rows.filter(([name = '']) => name.includes('*'));
  const isCovered = ({ name }: Family): boolean => documented.has(name) || isPrefixed(name, documented);
  const own: Family[] = [];
  for (const [index, family] of families.entries()) {
    const before = families.slice(0, index).findLast(isCovered);
    const follows = !isCovered(family) && before !== undefined && meanings.has(before.name);
    if (meanings.has(family.name) || follows) own.push(family);
  }
  own.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  const updated = own.map((family) => [
    `\`${family.name}\``,
    family.type,
    labelsOf(family).join(', '),
    meanings.get(family.name) ?? family.help,
  ]);
  return renderTable(head, [...updated, ...prefixes]);
}

function nameOf(cell: string): string {
  return cell.replaceAll('`', '');
}

function isPrefixed(name: string, documented: ReadonlySet<string>): boolean {
  return [...documented].some((entry) => entry.endsWith('*') && name.startsWith(entry.slice(0, -1)));
}
