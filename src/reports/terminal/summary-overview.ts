import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs, formatRate } from '../../shared/units.ts';
import { errorsOf, type JobSnapshot, requestsOf } from '../../recorder/snapshot.ts';
import { supportedPercentileMs } from '../phrases/percentiles.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight } from './text-width.ts';

/** Column widths: name, then requests, errors, rate, p50, p99 and max: 79 columns. */
const NAME = 22;
const COLUMNS = [12, 9, 12, 8, 8, 8] as const;

/**
 * Renders a table of all jobs with the totals of their counts. Rates and percentiles have no total: jobs may run one
 * after another, and a common latency of reads and writes is meaningless.
 */
export function renderOverview(jobs: readonly JobSnapshot[], screen: Terminal): string[] {
  const total = (count: (job: JobSnapshot) => number): number => jobs.reduce((sum, job) => sum + count(job), 0);
  const errors = total((job) => errorsOf(job.measured));
  return [
    screen.style('dim', row('all jobs', ['requests', 'errors', 'rate', 'p50', 'p99', 'max'])),
    ...jobs.map((job) => renderJobRow(job, nameOf(job, jobs), screen)),
    screen.style(
      errors > 0 ? 'red' : 'bold',
      row('total', [formatCount(total((job) => requestsOf(job.measured))), formatCount(errors)]),
    ),
    ...(jobs.some(isPaced)
      ? [
          screen.style(
            'dim',
            `latencies: response time of paced jobs${jobs.every(isPaced) ? '' : ', service time of the others'}`,
          ),
        ]
      : []),
  ];
}

/** A mixed job has one row per request type. */
function nameOf({ name, uuid, type }: JobSnapshot, jobs: readonly JobSnapshot[]): string {
  const isPart = jobs.filter((job) => job.uuid === uuid).length > 1;
  return sanitizeForTerminal(isPart ? `${name} · ${type}` : name);
}

function renderJobRow(job: JobSnapshot, name: string, screen: Terminal): string {
  const { measured } = job;
  const latency = measured.response ?? measured.service;
  const errors = errorsOf(measured);
  const line = row(name, [
    formatCount(requestsOf(measured)),
    formatCount(errors),
    formatRate(job.elapsedMs > 0 ? (requestsOf(measured) / job.elapsedMs) * 1000 : NaN),
    formatMs(supportedPercentileMs(latency, 50) ?? NaN),
    formatMs(supportedPercentileMs(latency, 99) ?? NaN),
    formatMs(latency.latency.total === 0 ? NaN : latency.maxSeconds * 1000),
  ]);
  return errors > 0 ? screen.style('red', line) : line;
}

function isPaced(job: JobSnapshot): boolean {
  return job.measured.response !== undefined;
}

function row(name: string, cells: readonly string[]): string {
  return alignLeft(name, NAME) + cells.map((cell, index) => alignRight(cell, COLUMNS[index] ?? 0)).join('');
}
