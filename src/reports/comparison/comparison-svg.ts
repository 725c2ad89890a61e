import type { Comparison, ComparisonVerdict } from '../../comparison/compare.ts';
import { element } from '../formats/xml.ts';
import type { ComparisonReport } from './comparison.ts';
import { comparisonRows, concludeComparison } from './comparison-text.ts';
import { trendElements } from './trend-line.ts';

const WIDTH = 720;
const ROW = 26;
const TOP = 44;
/** Most rows: a picture in a comment is small. */
const MOST_ROWS = 12;
const MOST_CHARACTERS = 34;

/** Order of the rows; the first ones are drawn. */
const ORDER: readonly ComparisonVerdict[] = ['regression', 'cannot_tell', 'improvement', 'no_difference'];

/** Colors of both themes; a picture follows the theme of its viewer. */
const STYLE = `text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1c2127}
.title{font-size:14px;font-weight:600}.muted{fill:#5c6670}.bad{fill:#c62828}.good{fill:#187a45}.end{text-anchor:end}
.line{fill:none;stroke:#76808b;stroke-width:1.5}.dot{fill:#76808b}.regression{fill:#c62828}.improvement{fill:#187a45}
.page{fill:#fff;stroke:#dfe3e7}
@media (prefers-color-scheme:dark){text{fill:#e4e7ea}.muted{fill:#98a3ae}.bad,.regression{fill:#ff7b72}
.good,.improvement{fill:#52c489}.line{stroke:#8b96a1}.dot{fill:#8b96a1}.page{fill:#181c20;stroke:#2c3339}}`;

const TONES: Readonly<Partial<Record<ComparisonVerdict, string>>> = { regression: 'bad', improvement: 'good' };

/**
 * Renders the comparison as a small picture for a pull request: a row for each number, worst first, with the values of
 * the baseline's runs as a line and the current one as a dot.
 */
export function renderComparisonSvg(report: ComparisonReport): string {
  const { comparisons, hasNoVerdict } = report;
  const [, ...texts] = comparisonRows(comparisons);
  const rows = comparisons
    .map((comparison, index) => ({ comparison, cells: texts[index] ?? [] }))
    .toSorted((a, b) => ORDER.indexOf(a.comparison.verdict) - ORDER.indexOf(b.comparison.verdict));
  const shown = rows.slice(0, MOST_ROWS);
  const left = rows.length - shown.length;
  const height = TOP + shown.length * ROW + (left > 0 ? ROW : 8);
  const title = hasNoVerdict ? 'no verdict: a run is not to be trusted' : concludeComparison(comparisons);
  const more = left > 0 ? [text(16, height - 10, 'muted', `and ${left} more`)] : [];
  const svg = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, role: 'img' },
    [
      node('title', {}, `Comparison: ${title}`),
      node('style', {}, STYLE),
      element('rect', { class: 'page', x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 8 }),
      text(16, 27, 'title', shorten(title, 96)),
      ...shown.flatMap(({ comparison, cells }, index) => rowOf(comparison, cells, TOP + index * ROW)),
      ...more,
    ],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

function rowOf(comparison: Comparison, cells: readonly string[], top: number): string[] {
  const [job = '', , metric = '', baseline = '', current = '', change = ''] = cells;
  const y = top + 17;
  return [
    text(16, y, '', shorten(`${job} ${metric}`, MOST_CHARACTERS)),
    ...trendElements(comparison, { left: 250, top: top + 6, width: 150, height: 14 }),
    text(520, y, 'muted end', baseline),
    text(612, y, 'end', current),
    text(704, y, `end ${TONES[comparison.verdict] ?? 'muted'}`, change),
  ];
}

function text(x: number, y: number, classes: string, content: string): string {
  return node('text', { x, y, ...(classes !== '' && { class: classes }) }, content);
}

/** An element with text: lines between tags would be a part of it. */
function node(name: string, attributes: Parameters<typeof element>[1], content: string): string {
  const [open = ''] = element(name, attributes).split('/>');
  const escaped = content.replace(/[&<>]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[letter] ?? letter);
  return `${open}>${escaped}</${name}>`;
}

function shorten(content: string, most: number): string {
  return content.length <= most ? content : `${content.slice(0, most - 1)}…`;
}
