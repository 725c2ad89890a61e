import { markup, type Markup } from '../markup.ts';
import type { ResultSeries, ResultSource } from '../../document/result-document.ts';
import { seriesColor, type Line } from './chart.ts';
import type { ResultDocument } from '../../document/result-document.ts';
import { limitsOfSeries } from './limits.ts';
import type { PageCharts } from './page-charts.ts';

/** Maximum number of distinguishable lines. */
const MAX_LINES = 8;

/** Series of a source with more than one point. */
export interface SortedSeries {
  /** Series of metrics that get a chart. */
  readonly charted: readonly ResultSeries[];
  /** Series of metrics that were constant. */
  readonly unchanged: readonly ResultSeries[];
}

export function sortSeries({ name: source, series }: ResultSource, document: ResultDocument): SortedSeries {
  const drawable = series.filter(({ points }) => points.length > 1);
  const moved = new Set(drawable.filter(hasMoved).map(({ name }) => name));
  // A metric with a limit gets a chart even if constant.
  const isLimited = (name: string): boolean =>
    [true, false].some((isCounter) => limitsOfSeries(name, source, isCounter, document).length > 0);
  const names = new Set(drawable.map(({ name }) => name));
  const charted = new Set([...names].filter((name) => moved.has(name) || isLimited(name)));
  return {
    charted: drawable.filter(({ name }) => charted.has(name)),
    unchanged: drawable.filter(({ name }) => !charted.has(name)),
  };
}

function hasMoved({ points }: ResultSeries): boolean {
  return new Set(points.flatMap(([, value]) => value ?? [])).size > 1;
}

/** Renders one chart per metric of a source. */
export function sourceCharts(
  { name: source, series }: ResultSource,
  drawable: readonly ResultSeries[],
  id: string,
  document: ResultDocument,
  page: PageCharts,
): Markup | undefined {
  const known = [...new Set(series.map(({ name }) => name))];
  const names = [...new Set(drawable.map(({ name }) => name))];
  if (names.length === 0) return undefined;
  const charts = names.map((name, index) => {
    const all = drawable.filter((one) => one.name === name);
    const isCounter = isCumulative(name, all[0]?.type ?? null, known);
    const shown = all.slice(0, MAX_LINES);
    const curves = shown.map(({ points }) => (isCounter ? perSecond(points) : points.map(roundPoint)));
    const along = [...new Set(curves.flatMap((points) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
    const lines = shown.map((one, at): Line => {
      const places = new Map(curves[at]);
      const values = along.map((at) => places.get(at) ?? null);
      return { label: labelOf(one, all), color: seriesColor(at), look: 'line', values };
    });
    const note = [
      ...(isCounter ? ['per second'] : []),
      ...(shown.length < all.length ? [`${MAX_LINES} of ${all.length} series`] : []),
    ].join(', ');
    const unit = !isCounter && name.endsWith('_seconds') ? 'seconds' : 'number';
    return page.add({
      id: `${id}-${index + 1}`,
      title: name,
      note,
      kind: 'time',
      unit,
      isLog: false,
      along,
      lines,
      limits: limitsOfSeries(name, source, isCounter, document),
    });
  });
  return markup`<div class="charts">
${charts}</div>
`;
}

/**
 * Whether a metric is a counter, which is charted as a rate. Decided by name if the source gives no type: histograms
 * have a sum and a count; a count alone is a gauge.
 */
function isCumulative(name: string, type: string | null, names: readonly string[]): boolean {
  const [, stem = ''] = /^(.*)_(?:count|sum|bucket)$/.exec(name) ?? [];
  if (type !== null && TYPES.has(type)) return type === 'counter' || (type !== 'gauge' && stem !== '');
  return name.endsWith('_total') || (names.includes(`${stem}_count`) && names.includes(`${stem}_sum`));
}

/** Types that determine whether samples are cumulative. */
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary']);

/** Rounds a value to the digits that a chart can show; the result file has the exact one. */
function roundPoint([at, value]: ResultSeries['points'][number]): ResultSeries['points'][number] {
  return [at, value === null ? null : Number(value.toPrecision(9))];
}

/** Increase of a counter per second between readings; a gap where it was reset. */
function perSecond(points: ResultSeries['points']): ResultSeries['points'] {
  return points.slice(1).map(([at, value], index) => {
    const [before, was] = points[index] ?? [at, null];
    const grown = value === null || was === null || value < was || at <= before ? null : (value - was) / (at - before);
    return [at, grown === null ? null : Number(grown.toPrecision(5))];
  });
}

/** Labels that distinguish a series from the others of its name. */
function labelOf({ name, labels }: ResultSeries, all: readonly ResultSeries[]): string {
  const distinct = Object.entries(labels).filter(([key, value]) => all.some((other) => other.labels[key] !== value));
  return distinct.map(([key, value]) => `${key}=${value}`).join(' ') || name;
}
