import { markup, type Markup } from '../markup.ts';
import type { ObservedSeries, ObservedSource } from '../observed.ts';
import { differentColor, type Line } from './chart.ts';
import type { ResultDocument } from '../../result-document.ts';
import { limitsOfSeries } from './limits.ts';
import type { PageCharts } from './page-charts.ts';

/** As many lines as can be told apart. */
const MAX_LINES = 8;

/** The series of a source that have more than one point. */
export interface SortedSeries {
  /** Of metrics that are worth a chart. */
  readonly charted: readonly ObservedSeries[];
  /** Of metrics that stood still. */
  readonly unchanged: readonly ObservedSeries[];
}

export function sortSeries({ name: source, series }: ObservedSource, document: ResultDocument): SortedSeries {
  const drawable = series.filter(({ points }) => points.length > 1);
  const moved = new Set(drawable.filter(hasMoved).map(({ name }) => name));
  // A limit belongs into a chart, even of a straight line.
  const isLimited = (name: string): boolean =>
    [true, false].some((isCounter) => limitsOfSeries(name, source, isCounter, document).length > 0);
  const names = new Set(drawable.map(({ name }) => name));
  const charted = new Set([...names].filter((name) => moved.has(name) || isLimited(name)));
  return {
    charted: drawable.filter(({ name }) => charted.has(name)),
    unchanged: drawable.filter(({ name }) => !charted.has(name)),
  };
}

function hasMoved({ points }: ObservedSeries): boolean {
  return new Set(points.flatMap(([, value]) => value ?? [])).size > 1;
}

/** A chart for each metric of a source. */
export function sourceCharts(
  { name: source, series }: ObservedSource,
  drawable: readonly ObservedSeries[],
  id: string,
  document: ResultDocument,
  page: PageCharts,
): Markup | undefined {
  const known = [...new Set(series.map(({ name }) => name))];
  const names = [...new Set(drawable.map(({ name }) => name))];
  if (names.length === 0) return undefined;
  const charts = names.map((name, index) => {
    const all = drawable.filter((one) => one.name === name);
    const isCounter = countsUp(name, all[0]?.type ?? null, known);
    const shown = all.slice(0, MAX_LINES);
    const curves = shown.map(({ points }) => (isCounter ? perSecond(points) : points.map(drawn)));
    const along = [...new Set(curves.flatMap((points) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
    const lines = shown.map((one, at): Line => {
      const places = new Map(curves[at]);
      const values = along.map((at) => places.get(at) ?? null);
      return { label: labelOf(one, all), color: differentColor(at), look: 'line', values };
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
 * Whether it is a counter, which says something by how fast it grows and not by where it stands. By its name alone where the
 * source does not say: histograms have a sum and a count; a count alone is one of things that there are.
 */
function countsUp(name: string, type: string | null, names: readonly string[]): boolean {
  const [, stem = ''] = /^(.*)_(?:count|sum|bucket)$/.exec(name) ?? [];
  if (type !== null && TYPES.has(type)) return type === 'counter' || (type !== 'gauge' && stem !== '');
  return name.endsWith('_total') || (names.includes(`${stem}_count`) && names.includes(`${stem}_sum`));
}

/** Those that say whether their samples count up. */
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary']);

/** A value with as many digits as a chart can show; the result file has all of them. */
function drawn([at, value]: ObservedSeries['points'][number]): ObservedSeries['points'][number] {
  return [at, value === null ? null : Number(value.toPrecision(9))];
}

/** How fast a counter grew between readings; nothing where it fell, because it began anew. */
function perSecond(points: ObservedSeries['points']): ObservedSeries['points'] {
  return points.slice(1).map(([at, value], index) => {
    const [before, was] = points[index] ?? [at, null];
    const grown = value === null || was === null || value < was || at <= before ? null : (value - was) / (at - before);
    return [at, grown === null ? null : Number(grown.toPrecision(5))];
  });
}

/** The labels that tell it from the other series of its name. */
function labelOf({ name, labels }: ObservedSeries, all: readonly ObservedSeries[]): string {
  const telling = Object.entries(labels).filter(([key, value]) => all.some((other) => other.labels[key] !== value));
  return telling.map(([key, value]) => `${key}=${value}`).join(' ') || name;
}
