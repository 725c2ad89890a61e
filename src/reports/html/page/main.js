import { Figure } from './figure.js';
import { formatElapsed } from './format.js';
import { enhanceJobs } from './jobs.js';
import { element } from './theme.js';

/** @import { PageData } from '../charts/chart.ts' */

/** Width in pixels of a printed chart: two fit side by side on A4. */
const PRINTED_WIDTH = 330;

/** Draws the page's charts, each shortly before it becomes visible. */
function main() {
  const root = document.documentElement;
  root.classList.add('scripted');
  enhanceJobs();
  const page = /** @type {PageData} */ (JSON.parse(document.getElementById('page-data')?.textContent ?? ''));
  /** @type {Map<Element, Figure>} */
  const figures = new Map();
  /** @type {[from: number, to: number] | []} */
  let zoomed = [];

  const chip = element('button', 'zoomed');
  chip.type = 'button';
  chip.hidden = true;
  chip.addEventListener('click', () => zoom(-Infinity, Infinity));
  document.body.append(chip);

  /** @param {number} from @param {number} to */
  const zoom = (from, to) => {
    zoomed = Number.isFinite(from) ? [from, to] : [];
    for (const figure of figures.values()) if (figure.chart.kind === 'time') figure.zoom(...zoomed);
    chip.hidden = zoomed.length === 0;
    chip.textContent = chip.hidden ? '' : `${formatElapsed(from)} to ${formatElapsed(to)} · show all`;
  };
  /** @param {Element} place */
  const draw = (place) => {
    const chart = page.charts.find(({ id }) => id === place.id);
    if (chart === undefined || figures.has(place) || !(place instanceof HTMLElement)) return;
    const figure = new Figure(chart, page, place, zoom);
    figures.set(place, figure);
    if (chart.kind === 'time' && zoomed.length > 0) figure.zoom(...zoomed);
    sizes.observe(place);
  };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) figures.get(target)?.resize();
  });
  // A run of many jobs has hundreds of charts, so only visible ones are drawn.
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) draw(target);
    },
    { rootMargin: '600px' },
  );
  const places = document.querySelectorAll('figure.chart');
  for (const place of places) sight.observe(place);

  const redraw = () => {
    for (const figure of figures.values()) figure.redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    for (const place of places) if (place.getClientRects().length > 0) draw(place);
    for (const figure of figures.values()) figure.resize(PRINTED_WIDTH);
    redraw();
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    for (const figure of figures.values()) figure.resize();
    redraw();
  });
}

main();
