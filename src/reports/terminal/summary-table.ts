import { ERROR_CLASSES } from '../../shared/outcome.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs, formatRate } from '../../shared/units.ts';
import type { ResultJob } from '../document/result-document.ts';
import { jobTitle } from '../phrases/notes.ts';
import { documentedPercentileMs } from '../phrases/percentiles.ts';
import { unusualEnd } from './summary-job.ts';
import type { Terminal } from './terminal.ts';
import { renderNamedTable } from './named-table.ts';
import { wrap } from './text-width.ts';

const TITLES = ['requests', 'errors', 'rate', 'p50', 'p99', 'max'] as const;
type Title = (typeof TITLES)[number];
/** Columns that a narrow terminal drops, in this order. */
const DROP_ORDER: readonly Title[] = ['max', 'p50', 'rate'];
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
  const totals = { requests: formatCount(total(({ requests }) => requests)), errors: formatCount(errors) };
  const rows = jobs.map((job) => ({
    name: titleOf(job),
    cells: cellsOf(job),
    style: job.errors > 0 ? ('red' as const) : undefined,
  }));
  const all = { name: 'total', cells: totals, style: errors > 0 ? ('red' as const) : ('bold' as const) };
  return [
    ...renderNamedTable({ heading: 'all jobs', titles: TITLES, dropOrder: DROP_ORDER, rows: [...rows, all] }, screen),
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
