import { formatBin, formatElapsed, formatPercentile, formatValue } from './format.js';
import { element } from './theme.js';

/** @import { Chart } from '../charts/chart.ts' */

/** Maximum number of rows. */
const MAX_ROWS = 400;

/** Row headers of the kinds of charts. */
const WHERE = { time: formatElapsed, percentile: formatPercentile, histogram: formatBin };

/**
 * Creates the table of a chart's values, filled when opened.
 * @param {Chart} chart
 * @param {readonly number[]} along
 */
export function makeValues(chart, along) {
  const summary = element('summary', '', 'Values');
  const box = element('details', 'values', summary);
  box.addEventListener('toggle', () => {
    if (box.open) box.replaceChildren(summary, ...tableOf(chart, along));
  });
  return box;
}

/** @param {Chart} chart @param {readonly number[]} along */
function tableOf({ kind, lines, unit }, along) {
  const step = Math.ceil(along.length / MAX_ROWS);
  // The last value of a histogram is the edge of its last bin.
  const rowCount = kind === 'histogram' ? along.length - 1 : along.length;
  const head = element(
    'tr',
    '',
    ...[kind === 'histogram' ? 'latency' : kind, ...lines.map(({ label }) => label)].map((title) =>
      element('th', 'numbers', title),
    ),
  );
  const rows = along.slice(0, rowCount).flatMap((x, index) => {
    if (index % step !== 0) return [];
    const where = element('th', 'numbers', WHERE[kind](x, along[index + 1] ?? x));
    const cells = lines.map(({ values }) => {
      const value = values[index] ?? null;
      return element('td', 'numbers', value === null ? '–' : formatValue(value, unit));
    });
    return [element('tr', '', where, ...cells)];
  });
  const table = element('table', '', element('thead', '', head), element('tbody', '', ...rows));
  const scroll = element('div', 'scroll', table);
  scroll.tabIndex = 0;
  return step === 1 ? [scroll] : [element('p', 'note', `every ${step} rows`), scroll];
}
