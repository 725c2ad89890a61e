import { formatBin, formatElapsed, formatPercentile, formatValue } from './format.js';
import { spansOf } from './marks.js';
import { element } from './theme.js';

/** @import { Chart, PageData } from '../charts/chart.ts' */

/**
 * Creates the readout: the values at the cursor, next to it.
 * @param {Chart} chart
 * @param {PageData} page
 */
export function makeReadout(chart, page) {
  const box = element('div', 'readout');
  box.setAttribute('role', 'status');
  box.hidden = true;
  return {
    box,
    /** @param {uPlot} plot @param {boolean} isRead whether this chart has the pointer or the focus */
    update(plot, isRead) {
      const { idx, left = -1 } = plot.cursor;
      box.hidden = true;
      if (!isRead || idx === null || idx === undefined || left < 0) return;
      box.hidden = false;
      const at = chart.kind === 'histogram' ? binAt(plot, left) : idx;
      const xs = plot.data[0];
      const rows = chart.lines.flatMap(({ label, color, look, values }, line) => {
        const value = values[at];
        if (value === null || value === undefined || plot.series[line + 1]?.show === false) return [];
        const name = element('span', 'name', element('i', `swatch ${color} ${look}`), label);
        return [element('div', 'row', name, element('span', 'value', formatValue(value, chart.unit)))];
      });
      box.replaceChildren(element('div', 'where', ...whereOf(chart, xs, at, page)), ...rows);
      // On the side of the cursor with more space.
      const isRight = left > plot.over.clientWidth / 2;
      box.style.transform = `translateX(${isRight ? left - 12 : left + 12}px)${isRight ? ' translateX(-100%)' : ''}`;
    },
  };
}

/** Index of the bin under the cursor. @param {uPlot} plot @param {number} left */
function binAt(plot, left) {
  const xs = plot.data[0];
  // The keyboard puts the cursor on an edge.
  const seconds = plot.posToVal(left + 0.5, 'x');
  return Math.max(
    0,
    Math.min(
      xs.findLastIndex((edge) => edge <= seconds),
      xs.length - 2,
    ),
  );
}

/** @param {Chart} chart @param {ArrayLike<number>} xs @param {number} at @param {PageData} page */
function whereOf(chart, xs, at, page) {
  const x = xs[at] ?? 0;
  switch (chart.kind) {
    case 'percentile':
      return [element('b', '', formatPercentile(x)), ` 1 in ${Math.round(x).toLocaleString('en-US')} takes longer`];
    case 'histogram':
      return [element('b', '', formatBin(x, xs[at + 1] ?? x))];
    case 'time':
    default: {
      const clock = new Date(page.startedMs + x * 1000).toISOString().slice(11, 19);
      const names = spansOf(chart, page).filter(({ from, to }) => x >= from && x <= to);
      return [
        element('b', '', formatElapsed(x)),
        ` ${clock} UTC`,
        ...[...new Set(names.map(({ name }) => name))].map((name) => element('div', 'phase', name)),
      ];
    }
  }
}
