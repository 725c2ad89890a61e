import { ERROR_CLASSES } from '../../shared/outcome.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs, formatRate } from '../../shared/units.ts';
import type { ResultJob } from '../document/result-document.ts';
import { jobTitle } from '../phrases/notes.ts';
import { documentedPercentileMs } from '../phrases/percentiles.ts';
import { unusualEnd } from './summary-job.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, fitNames, widthOf, wrap } from './text-width.ts';

const TITLES = ['requests', 'errors', 'rate', 'p50', 'p99', 'max'] as const;
type Title = (typeof TITLES)[number];
/** Columns that a narrow terminal drops, in this order. */
const DROP_ORDER: readonly Title[] = ['max', 'p50', 'rate'];
const GAP = 2;
/** Width that names get before further columns. */
const MIN_NAME = 12;

/**
 * Renders a table of all jobs with the totals of their requests, without iterations. Rates and percentiles have no total: jobs may run one
 * after another, and a common latency of reads and writes is meaningless.
 * @param isAll whether it replaces the blocks of the jobs, so that their ends and error classes are part of it
 */
export function renderTable(jobs: readonly ResultJob[], screen: Terminal, isAll: boolean): string[] {
  const total = (countOf: (job: ResultJob) => number): number =>
    requestParts(jobs).reduce((sum, job) => sum + countOf(job), 0);
  const errors = total((job) => job.errors);
  const titleOf = (job: ResultJob): string => sanitizeForTerminal(jobTitle(job, jobs) + (isAll ? endOf(job) : ''));
  const cells = jobs.map(cellsOf);
  const totals = { requests: formatCount(total(({ requests }) => requests)), errors: formatCount(errors) };
  const names = jobs.map(titleOf);
  const { name, widths } = layoutOf([...names, 'all jobs'], [...cells, totals], screen.columns);
  const fitted = fitNames(names, name);
  const row = (label: string, texts: Partial<Record<Title, string>>): string =>
    alignLeft(label, name) + [...widths].map(([title, width]) => alignRight(texts[title] ?? '', width)).join('');
  return [
    screen.style('dim', row('all jobs', Object.fromEntries(TITLES.map((title) => [title, title])))),
    ...jobs.map((job, index) => {
      const line = row(fitted.get(names[index] ?? '') ?? '', cells[index] ?? {});
      return job.errors > 0 ? screen.style('red', line) : line;
    }),
    screen.style(errors > 0 ? 'red' : 'bold', row('total', totals).trimEnd()),
    ...(isAll ? renderErrorClasses(jobs, screen) : []),
    ...explainLatencies(jobs, screen),
  ];
}

function endOf(job: ResultJob): string {
  const end = unusualEnd(job);
  return end === undefined ? '' : ` (${end})`;
}

function cellsOf(job: ResultJob): Record<Title, string> {
  const times = job.response_time ?? job.service_time;
  return {
    requests: formatCount(job.requests),
    errors: formatCount(job.errors),
    rate: formatRate(job.rate ?? NaN),
    p50: formatMs(documentedPercentileMs(times, 50)),
    p99: formatMs(documentedPercentileMs(times, 99)),
    max: formatMs((times.max_seconds ?? NaN) * 1000),
  };
}

/** Widths of the names and of the columns that fit. */
function layoutOf(
  names: readonly string[],
  rows: readonly Partial<Record<Title, string>>[],
  columns: number,
): { readonly name: number; readonly widths: ReadonlyMap<Title, number> } {
  const widthOfColumn = (title: Title): number =>
    GAP + rows.reduce((most, row) => Math.max(most, widthOf(row[title] ?? '')), widthOf(title));
  const widths = new Map(TITLES.map((title) => [title, widthOfColumn(title)]));
  const longest = names.reduce((most, name) => Math.max(most, widthOf(name)), 0);
  const room = (): number => columns - [...widths.values()].reduce((sum, width) => sum + width, 0);
  for (const title of DROP_ORDER) if (room() < Math.min(longest, MIN_NAME)) widths.delete(title);
  return { name: Math.max(1, Math.min(longest, room())), widths };
}

function renderErrorClasses(jobs: readonly ResultJob[], screen: Terminal): string[] {
  const counts = ERROR_CLASSES.map(
    (name) => [name, requestParts(jobs).reduce((sum, job) => sum + (job.errors_by_class[name] ?? 0), 0)] as const,
  ).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  const phrase = counts.map(([name, count]) => `${name}: ${formatCount(count)}`).join(' · ');
  return wrap(`errors: ${phrase}`, screen.columns).map((line) => screen.style('red', line));
}

function explainLatencies(jobs: readonly ResultJob[], screen: Terminal): string[] {
  const isPaced = (job: ResultJob): boolean => job.response_time !== null;
  if (!jobs.some(isPaced)) return [];
  const others = jobs.every(isPaced) ? '' : ', service time of the others';
  return wrap(`latencies: response time of paced jobs${others}`, screen.columns).map((line) =>
    screen.style('dim', line),
  );
}
