import { nounOf } from '../../../shared/job-parts.ts';
import { countsIterations } from '../../../shared/job-type.ts';
import type { ResultDocument, ResultJob, ResultTimeline } from '../../document/result-document.ts';
import { perSecond, quotient, timelineOf } from './timeline.ts';
import { markup, type Markup } from '../markup.ts';
import { type Line, spansDecades } from './chart.ts';
import { binEdges, type Durations, type JobDurations, percentileAxis } from './distribution.ts';
import { limitsOf, type ChartMetric } from './limits.ts';
import type { PageCharts, TitledChart } from './page-charts.ts';

type Column = readonly (number | null)[];

/** Renders the charts of a job: over time if it has a timeline, and two views of the distribution of its latencies. */
export function jobCharts(
  document: ResultDocument,
  index: number,
  durations: JobDurations,
  page: PageCharts,
): Markup | undefined {
  const job = document.jobs[index];
  if (job === undefined || job.service_time.count === 0) return undefined;
  const id = `job-${index + 1}`;
  const timeline = timelineOf(job);
  const overTime = timeline === undefined ? [] : chartsOverTime(id, job, timeline, document);
  const distribution = [distributionChart(id, job, durations, document), histogramChart(id, job, durations)];
  return markup`${chartGroup(overTime, page)}${chartGroup(distribution, page)}`;
}

/** Renders charts in pairs; an odd last one spans both columns. */
function chartGroup(charts: readonly TitledChart[], page: PageCharts): Markup | undefined {
  if (charts.length === 0) return undefined;
  return markup`<div class="charts">
${charts.map((chart) => page.add(chart))}</div>
`;
}

function chartsOverTime(id: string, job: ResultJob, timeline: ResultTimeline, document: ResultDocument) {
  const usual = job.response_time === null ? 'service' : 'response';
  const over = (
    name: string,
    chart: Omit<TitledChart, 'id' | 'kind' | 'isLog' | 'along' | 'limits'>,
    of?: ChartMetric,
  ) => ({
    id: `${id}-${name}`,
    kind: 'time' as const,
    isLog: chart.unit === 'seconds' && spansDecades(chart.lines),
    along: timeline.at_seconds.map((at) => at ?? 0),
    limits: of === undefined ? [] : limitsOf(of, job, document),
    ...chart,
  });
  const charts: TitledChart[] = [
    over(
      'rate',
      { title: 'Rate', note: `${nounOf(job)}s per second`, unit: 'rate', lines: rateLines(job, timeline) },
      'rate',
    ),
    over(
      'latency',
      { title: 'Latency over time', note: `${usual} time`, unit: 'seconds', lines: latencyLines(timeline) },
      usual,
    ),
  ];
  if (job.errors > 0) {
    const lines = [line('errors', shares(timeline.errors, timeline.requests), 'red', 'area')];
    charts.push(over('errors', { title: 'Errors', note: `of ${nounOf(job)}s`, unit: 'share', lines }, 'error_rate'));
  }
  const inFlight = [
    line('in flight', timeline.in_flight, 'purple', 'area'),
    ...level('connections', job.connections, timeline),
  ];
  charts.push(
    over('in-flight', {
      title: 'In flight',
      note: countsIterations(job) ? 'iterations in progress' : 'requests in flight',
      unit: 'count',
      lines: inFlight,
    }),
  );
  if (job.schedule_lag !== null) {
    const lines = [line('p99', timeline.lag_p99_seconds, 'cyan', 'area')];
    const note = countsIterations(job) ? 'how late iterations began' : 'how late requests were sent';
    charts.push(over('lag', { title: 'Schedule lag', note, unit: 'seconds', lines }, 'lag'));
  }
  return charts;
}

function rateLines(job: ResultJob, timeline: ResultTimeline): Line[] {
  const achieved = line('achieved', perSecond(timeline), 'blue', 'area');
  return [achieved, ...level('target', job.pace, timeline)];
}

function latencyLines(timeline: ResultTimeline): Line[] {
  return [
    line('max', timeline.max_seconds, 'gray', 'thin'),
    line('p99', timeline.p99_seconds, 'orange', 'line'),
    line('p90', timeline.p90_seconds, 'green', 'line'),
    line('p50', timeline.p50_seconds, 'blue', 'line'),
  ];
}

function distributionChart(id: string, job: ResultJob, durations: JobDurations, document: ResultDocument): TitledChart {
  const { response_time: response, service_time: service } = job;
  const along = percentileAxis(response === null ? [service] : [response, service]);
  const lines = linesOf(durations, 'line', (times) => times.alongPercentiles(along));
  return {
    id: `${id}-distribution`,
    title: 'Latency distribution',
    note: 'latency by percentile',
    kind: 'percentile',
    unit: 'seconds',
    isLog: spansDecades(lines),
    along,
    lines,
    limits: limitsOf(response === null ? 'service' : 'response', job, document),
  };
}

function histogramChart(id: string, job: ResultJob, durations: JobDurations): TitledChart {
  const { response, service } = durations;
  const along = binEdges(response === undefined ? [service] : [response, service]);
  const lines = linesOf(durations, 'steps', (times) => times.countIn(along));
  return {
    id: `${id}-histogram`,
    title: 'Latency histogram',
    note: `${nounOf(job)}s by latency`,
    kind: 'histogram',
    unit: 'count',
    isLog: false,
    along,
    lines,
    limits: [],
  };
}

/** Lines of the response time, for paced jobs, and of the service time. */
function linesOf(
  { response, service }: JobDurations,
  look: Line['look'],
  valuesOf: (times: Durations) => Column,
): Line[] {
  return [
    ...(response === undefined ? [] : [line('response time', valuesOf(response), 'orange', look)]),
    line('service time', valuesOf(service), 'blue', look),
  ];
}

function level(label: string, value: number | null, { at_seconds: along }: ResultTimeline): Line[] {
  return value === null ? [] : [{ label, color: 'gray', look: 'dashed', values: along.map(() => value) }];
}

function line(label: string, values: Column, color: Line['color'], look: Line['look']): Line {
  return { label, color, look, values: values.map((value) => (value === null ? null : toFiveDigits(value))) };
}

function shares(parts: Column, wholes: Column): Column {
  return parts.map((part, at) => quotient(part, wholes[at] ?? null));
}

/** Rounds to 5 digits, finer than the screen and the measurement. */
function toFiveDigits(value: number): number {
  // Most values are counts, and need no conversion to text and back.
  return Number.isInteger(value) && Math.abs(value) < 1e5 ? value : Number(value.toPrecision(5));
}
