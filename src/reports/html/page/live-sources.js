import { element } from './theme.js';

/** @import { Color } from '../charts/chart.ts' */
/** @import { LiveChart, LiveCharts } from './live-charts.js' */
/** @import { LiveRun, LiveSeries } from './live-run.js' */

/** Charts of sources, and lines of a chart. */
const [MOST_CHARTS, MOST_LINES] = [12, 8];
/** @type {Color[]} */
const LINE_COLORS = ['blue', 'orange', 'green', 'purple', 'cyan', 'pink', 'olive', 'gray'];

/**
 * Shows a chart for each metric of a source that has changed, and a line about each source.
 * @param {LiveCharts} charts
 * @param {HTMLElement} list
 * @param {LiveRun} run
 * @param {boolean} isFixed
 */
export function showSources(charts, list, run, isFixed) {
  if (run.shownChanges === run.sourceChanges) return;
  run.shownChanges = run.sourceChanges;
  let shown = 0;
  const lines = [...run.sources].map(([name, { source, metrics }]) => {
    const changed = [...metrics].filter(([, series]) => [...series.values()].some(hasChanged));
    for (const [metric, series] of changed) {
      if (shown++ >= MOST_CHARTS) break;
      showMetric(charts, `${name}-${metric}`, metric, name, [...series.values()], isFixed);
    }
    const failures = source.failures === 0 ? '' : `, ${source.failures} failed`;
    const text = ` ${source.url} · ${source.calls} readings${failures} · ${changed.length} of ${metrics.size} metrics changed`;
    return element('li', source.failures === 0 ? '' : 'bad', element('b', '', name), text);
  });
  list.replaceChildren(...lines);
}

/** @param {LiveSeries} series */
function hasChanged({ values }) {
  return values.some((value) => value !== null && value !== values[0]);
}

/**
 * @param {LiveCharts} charts
 * @param {string} id
 * @param {string} metric
 * @param {string} source
 * @param {LiveSeries[]} all
 * @param {boolean} isFixed
 */
function showMetric(charts, id, metric, source, all, isFixed) {
  const series = all.slice(0, MOST_LINES);
  const isCounter = series[0]?.type === 'counter' || /_(total|count|sum)$/.test(metric);
  const along = [...new Set(series.flatMap(({ at }) => at))].sort((a, b) => a - b);
  /** @type {LiveChart['lines']} */
  const lines = series.map((one, index) => {
    const values = isCounter ? perSecondOf(one) : one.values;
    const places = new Map(one.at.map((at, place) => [at, values[place] ?? null]));
    const color = LINE_COLORS[index] ?? 'gray';
    return {
      label: one.label,
      color,
      look: 'line',
      values: along.map((at) => places.get(at) ?? null),
    };
  });
  const unit = !isCounter && metric.endsWith('_seconds') ? 'seconds' : 'number';
  const note = [source, ...(isCounter ? ['per second'] : [])].join(', ');
  charts.show(metric, note, { id, axis: id, kind: 'time', unit, isLog: false, lines, limits: [] }, along, isFixed);
}

/** Increase of a counter per second; a gap where it was reset. @param {LiveSeries} series @returns {(number | null)[]} */
function perSecondOf({ at, values }) {
  return values.map((value, index) => {
    const [was = null, before = 0] = [values[index - 1], at[index - 1]];
    return value === null || was === null || value < was ? null : (value - was) / ((at[index] ?? 0) - before || 1);
  });
}
