import { axesOf, scalesOf } from './axes.js';
import { readByKeyboard } from './keyboard.js';
import { makeLegend } from './legend.js';
import { drawLimits, drawSpans, spansOf } from './marks.js';
import { makeReadout } from './readout.js';
import { colorOf, element, tintOf } from './theme.js';
import { makeValues } from './values.js';

/** @import { Chart, Line, PageData } from '../charts/chart.ts' */

const HEIGHT = 210;

/** A chart in the page: plot, legend and table of values. */
export class Figure {
  /** @type {Chart} */
  chart;
  /** @type {Set<number>} */
  #hidden = new Set();
  #isLog;
  #along;
  #box;
  #build;
  /** @type {uPlot} */
  #plot;

  /**
   * @param {Chart} chart
   * @param {PageData} page
   * @param {HTMLElement} place
   * @param {(from: number, to: number) => void} zoom zooms every chart over time to these seconds
   */
  constructor(chart, page, place, zoom) {
    this.chart = chart;
    this.#isLog = chart.isLog;
    this.#along = page.axes[chart.axis] ?? [];
    this.#box = this.#makeBox(place.querySelector('h3')?.textContent ?? '');
    const readout = makeReadout(chart, page);
    const legend = makeLegend(chart, (line, isShown) => this.#show(line, isShown));
    this.#build = () => {
      const options = optionsOf(chart, page, this.#isLog, zoom, {
        setCursor: (plot) => readout.update(plot, this.#isRead()),
        draw: (plot) => legend.update(plot),
      });
      const plot = new uPlot({ ...options, ...this.#size() }, this.#data(), this.#box);
      plot.over.append(readout.box);
      for (const line of this.#hidden) plot.setSeries(line + 1, { show: false });
      return plot;
    };
    if (chart.unit === 'seconds' || chart.unit === 'rate')
      place.querySelector('figcaption')?.append(this.#makeLogButton());
    place.append(this.#box, legend.box, makeValues(chart, this.#along));
    this.#plot = this.#build();
    readByKeyboard(this.#box, () => this.#plot);
  }

  /** Resizes the plot to its box, or to a width in pixels. @param {number} [width] */
  resize(width) {
    const size = { ...this.#size(), ...(width === undefined ? {} : { width }) };
    if (size.width > 0 && size.width !== this.#plot.width) this.#plot.setSize(size);
  }

  /** Shows the values of the chart again, which have changed. @param {boolean} isFixed whether the range across stays */
  update(isFixed) {
    const { min, max } = this.#plot.scales['x'] ?? {};
    this.#plot.setData(this.#data(), !isFixed);
    if (isFixed && min !== undefined && max !== undefined) this.#plot.setScale('x', { min, max });
  }

  /** Redraws, after a change of colors. */
  redraw() {
    this.#plot.redraw(false, true);
  }

  /**
   * Zooms to these seconds if the chart has data there; without arguments, to everything. @param {number} [from] @param
   * {number} [to]
   */
  zoom(from = -Infinity, to = Infinity) {
    const [first = 0, last = 0] = [this.#along[0], this.#along.at(-1)];
    const [min, max] = [Math.max(first, from), Math.min(last, to)];
    this.#plot.setScale('x', min < max ? { min, max } : { min: first, max: last });
  }

  #data() {
    const data = [[...this.#along], ...this.chart.lines.map(({ values }) => [...values])];
    return /** @type {uPlot.AlignedData} */ (data);
  }

  #size() {
    return { width: Math.floor(this.#box.clientWidth), height: HEIGHT };
  }

  /** Whether this chart has the pointer or the focus; the cursor is shown in all charts. */
  #isRead() {
    return this.#box.matches(':hover') || document.activeElement === this.#box;
  }

  /** @param {string} title */
  #makeBox(title) {
    const box = element('div', 'plot');
    box.tabIndex = 0;
    box.setAttribute('role', 'application');
    box.setAttribute('aria-roledescription', 'chart');
    box.setAttribute('aria-label', `${title}: arrow keys read the values`);
    return box;
  }

  #makeLogButton() {
    const button = element('button', 'log', 'log');
    button.type = 'button';
    button.title = 'logarithmic axis';
    button.setAttribute('aria-pressed', String(this.#isLog));
    button.addEventListener('click', () => {
      this.#isLog = !this.#isLog;
      button.setAttribute('aria-pressed', String(this.#isLog));
      // Scales of uPlot cannot be changed, so the plot is rebuilt.
      const { min, max } = this.#plot.scales['x'] ?? {};
      this.#plot.destroy();
      this.#plot = this.#build();
      if (min !== undefined && max !== undefined) this.#plot.setScale('x', { min, max });
    });
    return button;
  }

  /** @param {number} line @param {boolean} isShown */
  #show(line, isShown) {
    if (isShown) this.#hidden.delete(line);
    else this.#hidden.add(line);
    this.#plot.setSeries(line + 1, { show: isShown });
  }
}

/**
 * @param {Chart} chart
 * @param {PageData} page
 * @param {boolean} isLog
 * @param {(from: number, to: number) => void} zoom
 * @param {Record<'setCursor' | 'draw', (plot: uPlot) => void>} hooks
 * @returns {Omit<uPlot.Options, 'width' | 'height'>}
 */
function optionsOf(chart, page, isLog, zoom, { setCursor, draw }) {
  const isTime = chart.kind === 'time';
  // Those of a live page change.
  let known = page.spans;
  let spans = spansOf(chart, page);
  const currentSpans = () => {
    if (known !== page.spans) [known, spans] = [page.spans, spansOf(chart, page)];
    return spans;
  };
  return {
    scales: scalesOf(chart, isLog),
    axes: axesOf(chart, isLog),
    series: [{}, ...chart.lines.map((line) => seriesOf(line, isLog))],
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: {
      y: false,
      points: { size: 7 },
      // The page handles zooming, because its charts cover different times.
      drag: { x: true, setScale: !isTime },
      ...(isTime ? { sync: SYNC, bind: { dblclick: () => () => unzoom(zoom) } } : {}),
    },
    hooks: {
      drawAxes: isTime ? [(plot) => drawSpans(plot, currentSpans())] : [],
      draw: [(plot) => drawLimits(plot, chart), draw],
      setCursor: [setCursor],
      setSelect: isTime ? [(plot) => select(plot, zoom)] : [],
    },
  };
}

/** Synchronizes the cursor of all charts over time, and nothing else. @type {uPlot.Cursor.Sync} */
const SYNC = {
  key: 'time',
  scales: ['x', null],
  setSeries: false,
  filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
};

/** @param {uPlot} plot @param {(from: number, to: number) => void} zoom */
function select(plot, zoom) {
  const { left, width } = plot.select;
  if (width < 4) return;
  zoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** @param {(from: number, to: number) => void} zoom */
function unzoom(zoom) {
  zoom(-Infinity, Infinity);
  return null;
}

/** @param {Line} line @param {boolean} isLog @returns {uPlot.Series} */
function seriesOf({ label, color, look }, isLog) {
  const paths = look === 'steps' ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
  return {
    label,
    stroke: () => colorOf(color),
    width: look === 'line' || look === 'area' ? 1.75 : 1.25,
    spanGaps: false,
    ...(paths === undefined ? {} : { paths }),
    ...((look === 'area' || look === 'steps') && !isLog ? { fill: () => tintOf(color, '24') } : {}),
    ...(look === 'dashed' ? { dash: [5, 4] } : {}),
    points: { show: false },
  };
}
