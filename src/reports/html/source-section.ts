import { formatCount, formatCountOf } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import type { PageCharts } from './charts/page-charts.ts';
import { sortSeries, sourceCharts } from './charts/source-charts.ts';
import { markup, type Markup } from './markup.ts';
import type { ResultSource } from '../document/result-document.ts';
import { unchangedTable } from './unchanged-table.ts';

/** Renders the metrics of the system under test during the run. */
export function sourceSection(document: ResultDocument, page: PageCharts): Markup | undefined {
  const { sources } = document;
  if (sources.length === 0) return undefined;
  return markup`<section id="sources"><h2>System under test</h2>
${sources.map((source, index) => sourceBlock(source, index, document, page))}</section>
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
