import { formatCountOf } from '../../shared/units.ts';
import { collapsible } from './collapsible.ts';
import { type Content, markup, type Markup } from './markup.ts';
import type { ResultSeries } from '../document/result-document.ts';
import { count, quantity } from './quantity.ts';
import { numbers, table, words } from './table.ts';

/** Renders the metrics of a source that were constant during the run, collapsed and without charts. */
export function unchangedTable(series: readonly ResultSeries[]): Markup | undefined {
  if (series.length === 0) return undefined;
  const valuesOf = new Map<string, (number | null)[]>(series.map(({ name }) => [name, []]));
  for (const { name, points } of series) valuesOf.get(name)?.push(valueOf(points));
  const rows = [...valuesOf].map(([name, values]): Content[] => {
    const known = values.filter((value) => value !== null);
    const least = quantity(known.length === 0 ? null : Math.min(...known), String);
    const most =
      Math.max(...known) > Math.min(...known) ? markup` to ${quantity(Math.max(...known), String)}` : undefined;
    return [name, count(values.length), [least, most]];
  });
  const title = `${formatCountOf(valuesOf.size, 'metric')} that did not change`;
  return collapsible(title, table(title, [words('metric'), ...numbers('series', 'value')], rows));
}

function valueOf(points: ResultSeries['points']): number | null {
  return points.find(([, value]) => value !== null)?.[1] ?? null;
}
