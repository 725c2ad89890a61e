import { formatCount, formatCountOf } from '../../shared/units.ts';
import type { ResultDocument, ResultSource, ResultSeries } from '../document/result-document.ts';
import type { PageCharts } from './charts/page-charts.ts';
import type { WorkInSteps } from '../work-in-steps.ts';
import { sortSeries, sourceCharts } from './charts/source-charts.ts';
import { markup, type Markup, collapsible, type Content } from './markup.ts';
import { count, quantity } from './quantity.ts';
import { numbers, table, words } from './table.ts';

/** Renders the metrics of the system under test during the run, each source in a step. */
export function* sourceSection(document: ResultDocument, page: PageCharts): WorkInSteps<Markup | undefined> {
  const { sources } = document;
  if (sources.length === 0) return undefined;
  const blocks: Markup[] = [];
  for (const [index, source] of sources.entries()) {
    blocks.push(sourceBlock(source, index, document, page));
    yield;
  }
  return markup`<section id="sources"><h2>System under test</h2>
${blocks}</section>
`;
}

function sourceBlock(source: ResultSource, index: number, document: ResultDocument, page: PageCharts): Markup {
  const { name, url, profile, calls, failures } = source;
  const details = [
    ...(profile === null ? [] : [profile]),
    url,
    `read ${formatCountOf(calls, 'time')}`,
    ...(failures === 0 ? [] : [`${formatCount(failures)} failed`]),
  ];
  const { charted, unchanged } = sortSeries(source, document);
  const charts = sourceCharts(source, charted, `source-${index + 1}`, document, page);
  return markup`<h3>${name} <small>${details.join(' · ')}</small></h3>
${charts ?? (unchanged.length === 0 ? markup`<p class="note">no series to draw</p>` : undefined)}
${unchangedTable(unchanged)}`;
}

/** Renders the metrics of a source that were constant during the run, collapsed and without charts. */
function unchangedTable(series: readonly ResultSeries[]): Markup | undefined {
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
