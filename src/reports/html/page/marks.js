import { colorOf, tintOf } from './theme.js';

/** @import { Chart, ChartLimit, PageData, ShadedSpan } from '../charts/chart.ts' */

/**
 * Spans to shade in a chart: phases of the system under test, findings about the load generator, and changes of the load. A finding about one
 * job is shaded in the charts of that job, and in those that are not about a job. Overlapping spans of a name are merged.
 * @param {Chart} chart
 * @param {PageData} page
 * @returns {readonly ShadedSpan[]}
 */
export function spansOf({ id }, { spans }) {
  const section = /^job-\d+/.exec(id)?.[0];
  const own = spans.filter(({ jobs }) => section === undefined || jobs === undefined || jobs.includes(section));
  const merged = /** @type {ShadedSpan[]} */ ([]);
  for (const span of own.toSorted((a, b) => a.from - b.from)) {
    const before = merged.findIndex(({ name, to }) => name === span.name && span.from <= to);
    const known = merged[before];
    if (known === undefined) merged.push(span);
    else merged[before] = { ...known, to: Math.max(known.to, span.to) };
  }
  return merged;
}

/**
 * Shades spans, with their names if there is space.
 * @param {uPlot} plot
 * @param {readonly ShadedSpan[]} spans
 */
export function drawSpans(plot, spans) {
  const { ctx, bbox } = plot;
  const names = [...new Set(spans.map(({ name }) => name))];
  within(plot, () => {
    for (const { name, kind, from, to } of spans) {
      const left = plot.valToPos(from, 'x', true);
      const width = Math.max(1, plot.valToPos(to, 'x', true) - left);
      if (left > bbox.left + bbox.width || left + width < bbox.left) continue;
      const row = names.indexOf(name);
      const color = kind === 'finding' ? 'red' : kind === 'change' ? 'gray' : row % 2 === 0 ? 'purple' : 'cyan';
      // A change of the load takes no time: a line.
      ctx.fillStyle = tintOf(color, from === to && kind === 'change' ? 'ff' : '1f');
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = colorOf('muted');
      if (ctx.measureText(name).width < width - 8 * uPlot.pxRatio)
        ctx.fillText(name, Math.max(left, bbox.left) + 4 * uPlot.pxRatio, bbox.top + (4 + row * 14) * uPlot.pxRatio);
    }
  });
}

/**
 * Draws the limits of thresholds across the chart, with their text.
 * @param {uPlot} plot
 * @param {Chart} chart
 */
export function drawLimits(plot, { limits }) {
  const { ctx, bbox } = plot;
  within(plot, () => {
    for (const limit of limits.filter((one) => isOnChart(plot, one))) {
      const y = Math.round(plot.valToPos(limit.value, 'y', true));
      ctx.strokeStyle = ctx.fillStyle = colorOf(limit.ok ? 'good' : 'bad');
      ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const isRoomAbove = y - bbox.top > 16 * uPlot.pxRatio;
      ctx.textAlign = 'right';
      ctx.textBaseline = isRoomAbove ? 'bottom' : 'top';
      ctx.fillText(limit.label, bbox.left + bbox.width - 4 * uPlot.pxRatio, y + (isRoomAbove ? -2 : 2) * uPlot.pxRatio);
    }
  });
}

/** Whether a limit is within the visible range. @param {uPlot} plot @param {ChartLimit} limit */
export function isOnChart(plot, { value }) {
  const { min = 0, max = 0 } = plot.scales['y'] ?? {};
  return value >= min && value <= max;
}

/**
 * Draws inside the plotting area only, and restores the state of the canvas. @param {uPlot} plot @param {() => void}
 * draw
 */
function within({ ctx, bbox }, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  draw();
  ctx.restore();
}
