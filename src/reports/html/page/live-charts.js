import { Figure } from './figure.js';
import { element } from './theme.js';
import { keyOfJob } from './live-run.js';

/** @import { ChartLimit, Color, Line, PageData, ShadedSpan, Unit } from '../charts/chart.ts' */
/** @import { LiveRun } from './live-run.js' */

/**
 * A chart whose values grow. @typedef {{
 *   id: string; axis: string; kind: 'time' | 'percentile' | 'histogram'; unit: Unit; isLog: boolean;
 *   lines: { label: string; color: Color; look: Line['look']; values: (number | null)[] }[]; limits: ChartLimit[];
 * }} LiveChart
 */

/** Charts of a job in their order. */
const CHART_ORDER = ['rate', 'latency', 'errors', 'classes', 'in-flight', 'lag', 'distribution', 'histogram'].map(
  (name) => `chart-${name}`,
);
/** Rows that a line needs. */
const MIN_ROWS = 2;

/** Draws the charts of one job, or of the sources, while their values grow. */
export class LiveCharts {
  #box;
  /** @type {Map<string, { figure: Figure; chart: LiveChart; along: number[] }>} */
  #shown = new Map();
  /** @type {{ startedMs: number; axes: Record<string, number[]>; charts: never[]; spans: ShadedSpan[] }} */
  #page = { startedMs: 0, axes: {}, charts: [], spans: [] };
  /** @type {(from: number, to: number) => void} */
  #zoom;
  #sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) this.#shown.get(target.id)?.figure.resize();
  });

  /** @param {HTMLElement} box @param {(from: number, to: number) => void} zoom zooms all charts over time */
  constructor(box, zoom) {
    this.#box = box;
    this.#zoom = zoom;
  }

  /** Removes all charts. */
  clear() {
    this.#sizes.disconnect();
    this.#shown.clear();
    this.#box.replaceChildren();
  }

  /** @param {LiveRun} run @param {ShadedSpan[]} spans */
  setRun(run, spans) {
    this.#page.startedMs = run.startedMs;
    if (JSON.stringify(spans) !== JSON.stringify(this.#page.spans)) this.#page.spans = spans;
  }

  /**
   * Shows a chart, or new values of it.
   * @param {string} title
   * @param {string} note
   * @param {LiveChart} chart
   * @param {number[]} along
   * @param {boolean} isFixed whether the horizontal range stays as it is zoomed
   */
  show(title, note, chart, along, isFixed) {
    const shown = this.#shown.get(chart.id);
    if (shown !== undefined && shown.chart.lines.length === chart.lines.length) {
      // In place, since the plot, its legend and its table read these.
      shown.along.splice(0, shown.along.length, ...along);
      for (const [index, line] of chart.lines.entries()) Object.assign(shown.chart.lines[index] ?? {}, line);
      shown.chart.limits.splice(0, shown.chart.limits.length, ...chart.limits);
      shown.figure.update(isFixed);
      return;
    }
    if (along.length < MIN_ROWS) return;
    const caption = element('figcaption', '', element('h3', '', title), ' ', element('small', '', note));
    const place = element('figure', 'chart', caption);
    place.id = chart.id;
    const own = [...along];
    this.#page.axes[chart.axis] = own;
    const before = document.getElementById(chart.id);
    if (before === null) this.#box.insertBefore(place, this.#nextOf(chart.id));
    else before.replaceWith(place);
    const page = /** @type {PageData} */ (this.#page);
    const figure = new Figure(chart, page, place, this.#zoom);
    this.#shown.set(chart.id, { figure, chart, along: own });
    this.#sizes.observe(place);
  }

  /** The chart before which another one belongs. @param {string} id */
  #nextOf(id) {
    const own = CHART_ORDER.indexOf(id);
    return [...this.#box.children].find((place) => own !== -1 && CHART_ORDER.indexOf(place.id) > own) ?? null;
  }

  /** @param {number} [from] @param {number} [to] */
  zoom(from, to) {
    for (const { figure, chart } of this.#shown.values()) if (chart.kind === 'time') figure.zoom(from, to);
  }

  redraw() {
    for (const { figure } of this.#shown.values()) figure.redraw();
  }
}

/** @param {string} label @param {(number | null)[]} values @param {Color} color @param {Line['look']} look */
function lineOf(label, values, color, look) {
  return { label, color, look, values };
}

/** Whether some value is known. @param {(number | null)[] | undefined} values */
function isKnown(values) {
  return values?.some((value) => value !== null) === true;
}

/**
 * Shows the charts of a job over time, and the distribution of its latencies.
 * @param {LiveCharts} charts
 * @param {any} job of the status
 * @param {LiveRun} run
 * @param {any[]} thresholds
 * @param {boolean} isFixed
 */
export function showJobCharts(charts, job, run, thresholds, isFixed) {
  const rows = run.rows.get(keyOfJob(job)) ?? {};
  const along = /** @type {number[]} */ (rows['at_seconds'] ?? []);
  /** @param {string} name */
  const column = (name) => rows[name] ?? [];
  /** @param {string} name */
  const perSecond = (name) => column(name).map((count, at) => (count ?? 0) / (rows['seconds']?.[at] || 1));
  const usual = job.response_time === null ? 'service' : 'response';
  const own = thresholds.filter(
    (one) => one.kind === 'recorded' && (one.job_uuid === null || one.job_uuid === job.uuid),
  );
  /** @param {(one: any) => boolean} isShown @returns {ChartLimit[]} */
  const limits = (isShown) =>
    own
      .filter(isShown)
      .map(({ threshold: label, limit: value, ok, decided }) => ({ label, value, ok: ok || !decided }));
  /** @param {string} name @param {string} title @param {string} note @param {Unit} unit @param {LiveChart['lines']} lines @param {ChartLimit[]} shown @param {boolean} [isLog] */
  const show = (name, title, note, unit, lines, shown, isLog = false) =>
    charts.show(
      title,
      note,
      { id: `chart-${name}`, axis: name, kind: 'time', unit, isLog, lines, limits: shown },
      along,
      isFixed,
    );

  show(
    'rate',
    'Rate',
    'requests per second',
    'rate',
    [
      lineOf('achieved', perSecond('requests'), 'blue', 'area'),
      ...(isKnown(rows['target_rate']) ? [lineOf('target', column('target_rate'), 'gray', 'dashed')] : []),
    ],
    limits(({ metric }) => metric === 'rate'),
  );
  const [p50 = 0] = [job[`${usual}_time`].percentiles_seconds.p50];
  show(
    'latency',
    'Latency of each second',
    `${usual} time`,
    'seconds',
    [
      lineOf('max', column('max_seconds'), 'gray', 'thin'),
      lineOf('p99', column('p99_seconds'), 'orange', 'line'),
      lineOf('p90', column('p90_seconds'), 'green', 'line'),
      lineOf('p50', column('p50_seconds'), 'blue', 'line'),
    ],
    limits(({ unit, metric }) => unit === 'seconds' && !metric.startsWith('lag')),
    (job[`${usual}_time`].max_seconds ?? 0) > 30 * (p50 ?? 0),
  );
  show('errors', 'Errors', 'per second', 'rate', [lineOf('errors', perSecond('errors'), 'red', 'area')], []);
  show('in-flight', 'In flight', 'requests', 'count', [lineOf('in flight', column('in_flight'), 'purple', 'area')], []);
  if (isKnown(rows['lag_p99_seconds'])) {
    const lines = [lineOf('p99', column('lag_p99_seconds'), 'cyan', 'area')];
    const lag = limits(({ metric }) => metric.startsWith('lag'));
    show('lag', 'Schedule lag', 'how late requests were sent', 'seconds', lines, lag);
  }
  showDistribution(charts, job, isFixed);
}

/** Percentiles of the status, at the number of requests per slower one. */
const AT_PERCENTILE = { p50: 2, p75: 4, p90: 10, p95: 20, p99: 100, p99_9: 1000, p99_99: 10_000 };

/** @param {LiveCharts} charts @param {any} job @param {boolean} isFixed */
function showDistribution(charts, job, isFixed) {
  const { response_time: response, service_time: service } = job;
  // Percentiles that so many requests determine.
  const shown = Object.entries(AT_PERCENTILE).filter(([, requests]) => requests <= service.count);
  const along = shown.map(([, requests]) => requests);
  /** @param {any} times */
  const valuesOf = (times) => shown.map(([name]) => times.percentiles_seconds[name] ?? null);
  const lines = [
    ...(response === null ? [] : [lineOf('response time', valuesOf(response), 'orange', 'line')]),
    lineOf('service time', valuesOf(service), 'blue', 'line'),
  ];
  /** @type {LiveChart} */
  const chart = {
    id: 'chart-distribution',
    axis: 'distribution',
    kind: 'percentile',
    unit: 'seconds',
    isLog: true,
    lines,
    limits: [],
  };
  const title = 'Latency distribution';
  charts.show(title, 'of the whole job, by percentile', chart, along, isFixed);
}
