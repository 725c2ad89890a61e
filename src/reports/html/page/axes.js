import { formatElapsed, formatPercentile, formatTick } from './format.js';
import { colorOf, tintOf } from './theme.js';

/** @import { Chart } from '../charts/chart.ts' */

const FONT = '11px system-ui, sans-serif';
/** Steps of a time axis, in seconds. */
const TIME_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];
/** Steps of an axis of counts. */
const WHOLE_STEPS = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
/** Factor: a limit further beyond the data would compress the data and is only listed in the legend. */
const FAR = 3;

/**
 * Creates the scales of a chart. Durations, rates and counts start at zero; percentiles are at `1 / (1 - p)`,
 * logarithmically, as are the durations of a histogram.
 * @param {Chart} chart
 * @param {boolean} isLog
 * @returns {uPlot.Scales}
 */
export function scalesOf(chart, isLog) {
  return {
    x: chart.kind === 'time' ? { time: false } : { time: false, distr: 3, range: (_, min, max) => [min, max] },
    y: isLog
      ? { distr: 3, range: (_, min, max) => logRange(chart, min, max) }
      : { range: (_, min, max) => linearRange(chart, min, max) },
  };
}

/**
 * @param {Chart} chart
 * @param {number | null} min
 * @param {number | null} max
 * @returns {uPlot.Range.MinMax}
 */
function linearRange({ unit, limits }, min, max) {
  if (min === null || max === null) return [0, 1];
  // Values of a source may never be near zero; changes are more interesting.
  if (unit === 'number') return min === max ? [min - 1, max + 1] : uPlot.rangeNum(min, max, 0.1, true);
  const near = limits.map(({ value }) => value).filter((value) => value <= max * FAR);
  const top = Math.max(max, ...near);
  return [0, top > 0 ? top * 1.08 : 1];
}

/**
 * @param {Chart} chart
 * @param {number | null} min
 * @param {number | null} max
 * @returns {uPlot.Range.MinMax}
 */
function logRange({ limits }, min, max) {
  if (min === null || max === null || max <= 0) return [0.001, 1];
  const near = limits.map(({ value }) => value).filter((value) => value <= max * FAR && value >= min / FAR);
  return [Math.min(min, ...near) / 1.2, Math.max(max, ...near) * 1.2];
}

/**
 * @param {Chart} chart
 * @param {boolean} isLog
 * @returns {uPlot.Axis[]}
 */
export function axesOf(chart, isLog) {
  const common = {
    font: FONT,
    stroke: () => colorOf('muted'),
    grid: { stroke: () => tintOf('line', 'b0'), width: 1 },
    ticks: { show: false },
  };
  const across = {
    time: { incrs: TIME_STEPS, values: labelled(formatElapsed) },
    percentile: { splits: percentileSplits, filter: all, values: labelled(formatPercentile) },
    histogram: { splits: logSplits, filter: all, values: labelled((seconds) => formatTick(seconds, 'seconds')) },
  }[chart.kind];
  const up = isLog ? { splits: logSplits, filter: all } : chart.unit === 'count' ? { incrs: WHOLE_STEPS } : {};
  return [
    { ...common, ...across, space: 56, size: 28, gap: 6 },
    { ...common, ...up, values: labelled((value) => formatTick(value, chart.unit)), space: 34, size: 58, gap: 6 },
  ];
}

/** @param {(value: number) => string} format @returns {uPlot.Axis.DynamicValues} */
function labelled(format) {
  return (_, splits) => splits.map((value) => (value === null ? '' : format(value)));
}

/** @type {uPlot.Axis.Filter} */
function all(_, splits) {
  return splits;
}

/** 0 %, 50 %, 90 %, 99 %, 99.9 % and so on. @type {Extract<uPlot.Axis.Splits, Function>} */
function percentileSplits(plot, axis, min, max) {
  const tens = Array.from({ length: 12 }, (_, power) => 10 ** power);
  const widthOfTen = plot.bbox.width / uPlot.pxRatio / Math.log10(max / min);
  // Labels between two nines: many when zoomed in, none on a phone.
  const between = widthOfTen > 220 ? tens.flatMap((ten) => [ten * 2, ten * 5]) : widthOfTen > 80 ? [2] : [];
  return [...tens, ...between].filter((x) => x >= min && x <= max).sort((a, b) => a - b);
}

/** @type {Extract<uPlot.Axis.Splits, Function>} */
function logSplits(plot, axis, min, max) {
  const decades = Math.log10(max / min);
  const parts = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.ceil(decades) + 2 }, (_, index) => first + index);
  // Parsed from text, because 3 * 10 ** -4 is slightly above 0.0003 in floating point.
  const splits = powers.flatMap((power) => parts.map((part) => Number(`${part}e${power}`)));
  return splits.filter((value) => value >= min && value <= max);
}
