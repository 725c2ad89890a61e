import { isOnChart } from './marks.js';
import { element } from './theme.js';

/** @import { Chart, ChartLimit } from '../charts/chart.ts' */

/**
 * Creates the legend: a button per line that toggles it, and the limits outside the visible range, which the chart
 * cannot label.
 * @param {Chart} chart
 * @param {(line: number, isShown: boolean) => void} show
 */
export function makeLegend({ lines, limits }, show) {
  const items = lines.map(({ label, color, look }, index) => {
    const button = element('button', '', element('i', `swatch ${color} ${look}`), label);
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      const isShown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(isShown));
      show(index, isShown);
    });
    return element('li', '', button);
  });
  const beyond = limits.map((limit) => element('li', toneOf(limit), `${limit.label} (beyond this chart)`));
  return {
    box: element('ul', 'legend', ...items, ...beyond),
    /** @param {uPlot} plot */
    update(plot) {
      for (const [index, limit] of limits.entries()) {
        const item = beyond[index];
        if (item === undefined) continue;
        item.hidden = isOnChart(plot, limit);
        // On a live page, a threshold may fail later.
        item.className = toneOf(limit);
      }
    },
  };
}

/** @param {ChartLimit} limit */
function toneOf({ ok }) {
  return ok ? 'good' : 'bad';
}
