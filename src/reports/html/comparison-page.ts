import type { Comparison, ComparisonVerdict } from '../../comparison/compare.ts';
import type { ComparisonReport } from '../comparison/comparison.ts';
import { comparisonRows, concludeComparison } from '../comparison/comparison-text.ts';
import { markup, type Content, Markup } from './markup.ts';
import { renderPage } from './page-shell.ts';
import { numbers, table, words } from './table.ts';
import { type TrendBox, trendElements } from '../comparison/trend-line.ts';

/** Renders the comparison as one page without a script: the table of `compare`, and the runs of a series as lines. */
export function renderComparisonHtml(report: ComparisonReport): string {
  const main = markup`${heading(report)}
${tableOf(report.comparisons)}
${notesOf(report.notes)}`;
  return renderPage({ title: 'Comparison', generator: 'loadbot-agent', main });
}

function heading({ comparisons, hasNoVerdict, runIds }: ComparisonReport): Markup {
  const worse = comparisons.filter(({ verdict }) => verdict === 'regression').length;
  const [tone, title] = hasNoVerdict
    ? (['caution', 'No verdict'] as const)
    : worse > 0
      ? (['bad', worse === 1 ? '1 regression' : `${worse} regressions`] as const)
      : (['good', 'No regression'] as const);
  const detail = hasNoVerdict ? 'a run is not to be trusted' : concludeComparison(comparisons);
  const sides = [
    ['baseline', runIds.baseline],
    ['current', runIds.current],
  ] as const;
  return markup`<header>
<p class="outcome ${tone}"><strong>${title}</strong></p>
<h1>Comparison</h1>
<p class="note">${detail}</p>
<dl class="facts">${sides.map(([side, runs]) => markup`<div><dt>${side}</dt><dd>${describeRuns(runs)}</dd></div>`)}</dl>
</header>
`;
}

function describeRuns(runs: readonly string[] | undefined): string {
  if (runs === undefined) return 'runs of a metrics server';
  const [first = '', ...others] = runs.map((id) => id.slice(0, 8));
  return others.length === 0 ? `run ${first}` : `${runs.length} runs, ${first} to ${others.at(-1) ?? ''}`;
}

const MARKS: Readonly<Record<ComparisonVerdict, readonly [tone: string, mark: string]>> = {
  regression: ['bad', '✗'],
  improvement: ['good', '✓'],
  no_difference: ['', ''],
  cannot_tell: ['', '?'],
};

function tableOf(comparisons: readonly Comparison[]): Markup | undefined {
  if (comparisons.length === 0) return undefined;
  const [, ...rows] = comparisonRows(comparisons);
  const hasSeries = comparisons.some(({ series }) => series !== undefined);
  const columns = [
    words('job'),
    words('type'),
    words('metric'),
    ...numbers('baseline', 'current', 'change', '95 % interval', 'allowed'),
    ...(hasSeries ? [words('runs, then current')] : []),
    words('verdict'),
  ];
  const shown = rows.map((row, index): Content[] => {
    const comparison = comparisons[index];
    const [tone, mark] = MARKS[comparison?.verdict ?? 'cannot_tell'];
    const verdict = markup`<span class="mark ${tone}">${mark}</span><span class="${tone}">${row.at(-1)?.toLowerCase()}</span>`;
    const cells: readonly Content[] = row.slice(0, -1);
    return cells.concat(hasSeries ? [trendMarkup(comparison)] : [], verdict);
  });
  return markup`<section id="comparison"><h2>Numbers <small>${comparisons.length}</small></h2>
${table('Comparison', columns, shown)}</section>
`;
}

function notesOf(notes: readonly string[]): Markup | undefined {
  if (notes.length === 0) return undefined;
  return markup`<section id="notes"><h2>Notes</h2>
<ul class="warnings">${notes.map((note) => markup`<li>${note}</li>`)}</ul></section>
`;
}

/** Place of the lines in the picture of a trend. */
const BOX: TrendBox = { left: 2, top: 2, width: 116, height: 18 };

/** Renders the values of the runs as a small picture; `undefined` without a series. Its numbers are in the table. */
function trendMarkup(comparison: Comparison | undefined): Markup | undefined {
  if (comparison?.series === undefined) return undefined;
  const elements = trendElements(comparison, BOX).join('');
  return new Markup(`<svg class="trend" width="120" height="22" aria-hidden="true">${elements}</svg>`);
}
