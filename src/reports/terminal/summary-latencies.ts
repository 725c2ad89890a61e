import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { nounOf } from '../../shared/job-parts.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs, formatShare } from '../../shared/units.ts';
import { minimumSamples, rankInterval } from '../../analysis/percentile-interval.ts';
import { decodeHdr } from '../../recorder/hdr-encoding.ts';
import { formatDifference } from '../document/phase-document.ts';
import type { ResultDurations, ResultJob } from '../document/result-document.ts';
import { metricTitle } from '../phrases/notes.ts';
import { documentedPercentileMs, percentileKey, PERCENTILES } from '../phrases/percentiles.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, wrap } from './text-width.ts';

export const INDENT = '  ';

/** Widths of label, number and rate in the lines of a job; a narrow terminal has shorter labels. */
export function rowWidths({ columns }: Pick<Terminal, 'columns'>) {
  return columns < 50 ? { label: 13, number: 9, rate: 11 } : { label: 17, number: 10, rate: 12 };
}

type LatencyCounts = ReturnType<typeof decodeHdr>;
type Latency = ResultJob['phases'][number]['inside']['latency'];
type Statistic = 'min' | 'mean' | 'stddev' | 'max';
type Column = Statistic | (typeof PERCENTILES)[number];

const COLUMNS: readonly Column[] = ['min', 'mean', 'stddev', ...PERCENTILES, 'max'];
/** Columns that a narrow terminal drops, in this order. */
const DROP_ORDER: readonly Column[] = ['stddev', 'min', 95, 90, 99.9, 'mean'];
const CELL = 8;

/**
 * Renders a job's latencies: one column per statistic, one line per kind of time, then their distribution.
 * @param verbose adds 95 % intervals, and the reasons for missing ends
 */
export function renderLatencies(job: ResultJob, screen: Terminal, verbose: boolean): string[] {
  const { service_time: service, response_time: response, schedule_lag: lag } = job;
  const shown = columnsFor(screen.columns);
  const row = (label: string, cellOf: (column: Column) => string): string => {
    const cells = shown.map((column) => alignRight(cellOf(column), CELL)).join('');
    return (INDENT + alignLeft(label, rowWidths(screen).label) + cells).trimEnd();
  };
  const dim = (line: string): string => screen.style('dim', line);
  const durations = (label: string, times: ResultDurations | null): string[] =>
    times === null ? [] : [row(label, cellsOf(times, label, job))];
  const primary = response ?? service;
  const intervals = verbose ? intervalRows(job, row).map(dim) : [];
  return [
    dim(row('', (column) => (typeof column === 'number' ? `p${column}` : column))),
    ...durations('service time', service),
    ...(response === null ? intervals : []),
    ...durations('response time', response),
    ...(response === null ? [] : intervals),
    ...job.phases.flatMap((phase) => phaseRows(phase, primary.count, row)),
    ...durations('schedule lag', lag),
    ...Object.entries(job.metrics).flatMap(([name, metric]) => durations(metricTitle(name), metric.durations)),
    ...[
      ...explainMissing(primary, nounOf(job), shown, screen),
      ...(verbose ? explainOpenIntervals(job, shown, screen) : []),
    ].map(dim),
    ...renderBars(primary, job, screen),
  ];
}

function columnsFor(columns: number): readonly Column[] {
  const room = Math.floor((columns - INDENT.length - rowWidths({ columns }).label) / CELL);
  const dropped = new Set(DROP_ORDER.slice(0, Math.max(0, COLUMNS.length - room)));
  return COLUMNS.filter((column) => !dropped.has(column));
}

function cellsOf(times: ResultDurations, label: string, job: ResultJob): (column: Column) => string {
  const spread = spreadOf(times, label, job);
  return (column) => {
    if (column === 'min') return formatMs(spread.minMs);
    if (column === 'stddev') return formatMs(spread.deviationMs);
    return latencyCell(times, column);
  };
}

function latencyCell(times: Latency, column: Exclude<Column, 'min' | 'stddev'>): string {
  if (column === 'mean') return formatMs((times.mean_seconds ?? NaN) * 1000);
  if (column === 'max') return formatMs((times.max_seconds ?? NaN) * 1000);
  return formatMs(documentedPercentileMs(times, column));
}

/** Minimum and standard deviation, to the precision of the histogram. */
function spreadOf(times: ResultDurations, label: string, job: ResultJob) {
  const mean = (times.mean_seconds ?? NaN) * 1e6;
  let [min, squares] = [NaN, 0];
  for (const [micros, count] of countsOf(times, label, job).recorded()) {
    if (Number.isNaN(min)) min = micros;
    squares += count * (micros - mean) ** 2;
  }
  return { minMs: min / 1000, deviationMs: Math.sqrt(squares / times.count) / 1000 };
}

/** @throws {LoadbotError} `config_invalid` when the histogram of a result file is damaged */
function countsOf({ hdr, count }: ResultDurations, label: string, { name }: ResultJob): LatencyCounts {
  try {
    const counts = decodeHdr(hdr);
    if (counts.total !== count) throw new Error(`it holds ${counts.total} durations, not ${count}`);
    return counts;
  } catch (cause) {
    const message = `the histogram of the ${label} of ${sanitizeForTerminal(name)} is damaged: ${messageOf(cause)}`;
    const hint = 'the field `hdr` of the result file was changed after `run` wrote it';
    throw new LoadbotError('config_invalid', message, { hint, cause });
  }
}

type RenderRow = (label: string, cellOf: (column: Column) => string) => string;

/** Renders latencies inside and outside of a phase; empty for a phase with none or all of the requests. */
function phaseRows({ name, inside, outside, difference }: ResultJob['phases'][number], total: number, row: RenderRow) {
  if (inside.latency.count === 0 || inside.latency.count === total) return [];
  const cells =
    (latency: Latency) =>
    (column: Column): string =>
      column === 'min' || column === 'stddev' ? '' : latencyCell(latency, column);
  const change = (column: Column): string => {
    if (typeof column !== 'number') return '';
    const isKnown = [inside, outside].every(({ latency }) => latency.count >= minimumSamples(column));
    return isKnown ? formatDifference(difference[percentileKey(column)] ?? null) : '-';
  };
  return [
    row(`in ${sanitizeForTerminal(name)}`, cells(inside.latency)),
    row(`${INDENT}otherwise`, cells(outside.latency)),
    row(`${INDENT}difference`, change),
  ];
}

function intervalRows({ confidence: { percentiles } }: ResultJob, row: RenderRow): string[] {
  if (Object.keys(percentiles).length === 0) return [];
  const ends =
    (end: 'low_seconds' | 'high_seconds') =>
    (column: Column): string =>
      typeof column === 'number' ? formatMs((percentiles[percentileKey(column)]?.[end] ?? NaN) * 1000) : '';
  return [row(`${INDENT}95% CI low`, ends('low_seconds')), row(`${INDENT}95% CI high`, ends('high_seconds'))];
}

/** Explains empty cells. */
function explainMissing(
  { count }: ResultDurations,
  noun: string,
  shown: readonly Column[],
  { columns }: Terminal,
): string[] {
  const missing = shown.filter((column) => typeof column === 'number' && count < minimumSamples(column));
  if (count === 0 || missing.length === 0) return [];
  const needs = missing.map((percent, index) => {
    const least = minimumSamples(Number(percent));
    return index === 0
      ? `p${percent} needs at least ${formatCountOf(least, noun)}`
      : `p${percent} ${formatCount(least)}`;
  });
  return wrap(`${needs.join(', ')}; ${formatCount(count)} completed`, columns - INDENT.length).map(
    (line) => INDENT + line,
  );
}

/**
 * Few parts may halve the effective number of requests, and chance reduces it a little more; a lower number means that
 * the parts differ.
 */
const ALIKE = 1 / 4;

/** Explains missing ends of intervals that as many independent requests would have. */
function explainOpenIntervals(job: ResultJob, shown: readonly Column[], { columns }: Terminal): string[] {
  const { count } = job.response_time ?? job.service_time;
  const names = PERCENTILES.filter((percent) => {
    const interval = job.confidence.percentiles[percentileKey(percent)];
    if (!shown.includes(percent) || interval === undefined) return false;
    const { low, high } = rankInterval(count, percent, count * ALIKE);
    const isOpen = interval.low_seconds === null || interval.high_seconds === null;
    return isOpen && low !== undefined && high !== undefined;
  }).map((percent) => `p${percent}`);
  if (names.length === 0) return [];
  const text = `no full interval for ${new Intl.ListFormat('en-GB').format(names)}: latency varied too much during the run`;
  return wrap(text, columns - INDENT.length).map((line) => INDENT + line);
}

const BARS = 8;
const MAX_BAR = 30;
/** Columns of a share, which a narrow terminal leaves out. */
const SHARE = 9;
/** Eighths of a column. */
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Fewer durations are hardly a distribution. */
const LEAST_FOR_BARS = 20;

/** Renders the distribution of the primary latency: rows between the minimum and the maximum, each with its bar. */
function renderBars(times: ResultDurations, job: ResultJob, screen: Terminal): string[] {
  if (times.count < LEAST_FOR_BARS) return [];
  const kind = job.response_time === null ? 'service time' : 'response time';
  const counts = countsOf(times, kind, job);
  const { label, number } = rowWidths(screen);
  const edges = edgesOf(counts, times.max_seconds ?? 0);
  if (edges.length < 2) return [];
  let below = 0;
  const rows = edges.map((edge, index) => {
    const upTo = index === edges.length - 1 ? counts.total : counts.countUpTo(edge);
    const count = upTo - below;
    below = upTo;
    return { edge, count };
  });
  const shareWidth = screen.columns < 50 ? 0 : SHARE;
  const room = Math.min(MAX_BAR, screen.columns - INDENT.length - label - number - shareWidth - INDENT.length);
  const most = Math.max(...rows.map(({ count }) => count));
  const row = (name: string, requests: string, share: string, bar: string): string =>
    `${INDENT}${alignLeft(name, label)}${alignRight(requests, number)}${alignRight(shareWidth === 0 ? '' : share, shareWidth)}${INDENT}${bar}`.trimEnd();
  return [
    screen.style('dim', row(kind, `${nounOf(job)}s`, '', '')),
    ...rows.map(({ edge, count }) => {
      const name = `${INDENT}≤ ${formatMs(edge * 1000)}`;
      return row(name, formatCount(count), formatShare(count, counts.total), renderBar(count / most, room));
    }),
  ];
}

/** Upper ends in seconds, at equal ratios: a few slow requests do not squeeze all others into one row. */
function edgesOf(counts: LatencyCounts, max: number): readonly number[] {
  const [[lowest = 1] = []] = counts.recorded();
  const min = Math.max(lowest, 1) / 1e6;
  // Round numbers, unless they would be equal.
  const digits = max / min >= 2 ? 2 : 3;
  const inner = Array.from({ length: BARS - 1 }, (_, index) =>
    Number((min * (max / min) ** ((index + 1) / BARS)).toPrecision(digits)),
  );
  return [...new Set([...inner.filter((edge) => edge >= min && edge < max), max])];
}

function renderBar(share: number, room: number): string {
  // Even a single request is visible.
  const eighths = share === 0 ? 0 : Math.max(1, Math.round(share * room * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (PARTS[eighths % 8] ?? '');
}
