import { formatElapsed, formatPercentile, formatValue } from './format.js';
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
      const x = plot.data[0][idx] ?? 0;
      const rows = chart.lines.flatMap(({ label, color, look, values }, line) => {
        const value = values[idx];
        if (value === null || value === undefined || plot.series[line + 1]?.show === false) return [];
        const name = element('span', 'name', element('i', `swatch ${color} ${look}`), label);
        return [element('div', 'row', name, element('span', 'value', formatValue(value, chart.unit)))];
      });
      box.replaceChildren(element('div', 'where', ...whereOf(chart, x, page)), ...rows);
      // On the side of the cursor with more space.
      const isRight = left > plot.over.clientWidth / 2;
      box.style.transform = `translateX(${isRight ? left - 12 : left + 12}px)${isRight ? ' translateX(-100%)' : ''}`;
    },
  };
}

/** @param {Chart} chart @param {number} x @param {PageData} page */
function whereOf(chart, x, { startedMs, phases }) {
  if (chart.kind === 'percentile') {
    return [element('b', '', formatPercentile(x)), ` 1 in ${Math.round(x).toLocaleString('en-US')} takes longer`];
  }
  const clock = new Date(startedMs + x * 1000).toISOString().slice(11, 19);
  const names = phases.filter(({ from, to }) => x >= from && x <= to).map(({ name }) => name);
  return [element('b', '', formatElapsed(x)), ` ${clock} UTC`, ...names.map((name) => element('div', 'phase', name))];
}
