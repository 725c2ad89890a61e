import { type Count, NOTED_COUNTS, TRAFFIC_COUNTS } from '../../recorder/counters.ts';
import { ERROR_CLASSES } from '../../shared/outcome.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatBytes, formatCount, formatCountOf, formatMs, formatRate, formatShare } from '../../shared/units.ts';
import { countOf, errorsOf, jobKey, type JobSnapshot, type JobStatus, requestsOf } from '../../recorder/snapshot.ts';
import { hasFinished } from './job-progress.ts';
import type { RunResult } from '../report.ts';
import type { Terminal } from './terminal.ts';
import { statusPhrase } from '../phrases/notes.ts';
import { renderLatencies } from './summary-latencies.ts';
import { truncateText, alignLeft, alignRight, widthOf } from './text-width.ts';
import { messageOfClass } from '../document/warnings.ts';

const INDENT = '  ';
/** Width of the longest label, the class `client_resource` with its indent. */
const LABEL = 17;
const NUMBER = 10;
const SECOND = 12;

/** Renders the block of one job: title, counts, traffic, latencies. */
export function renderJob(job: JobSnapshot, result: RunResult, screen: Terminal, verbose: boolean): string[] {
  const { measured } = job;
  if (measured.started === 0 && measured.skipped === 0) {
    const nothing = job.warmUp === undefined ? 'no requests' : 'no requests beyond the warm-up';
    return [renderTitle(job, result, screen), INDENT + nothing];
  }
  return [
    renderTitle(job, result, screen),
    ...renderCounts(job, result, screen),
    ...renderPhases(job),
    ...renderTraffic(job),
    ...(job.warmUp === undefined
      ? []
      : [row('warm-up', formatCount(requestsOf(job.warmUp)), '', 'not in these numbers')]),
    ...renderLatencies(job, result, screen, verbose),
  ];
}

const UNUSUAL: Readonly<Record<JobStatus, string | undefined>> = {
  pending: 'never started',
  warm_up: 'unfinished',
  in_progress: 'unfinished',
  completed: undefined,
  failed: 'failed',
  canceled: 'stopped early',
};

function renderTitle(job: JobSnapshot, result: RunResult, screen: Terminal): string {
  const connections = result.connections[job.uuid];
  const neverRan = job.status === 'canceled' && job.elapsedMs === 0 && !hasFinished(job);
  const status = UNUSUAL[neverRan ? 'pending' : job.status];
  const details = [
    job.type,
    ...(connections === undefined ? [] : [formatCountOf(connections, 'connection')]),
    ...(job.elapsedMs === 0 ? [] : [formatMs(job.elapsedMs)]),
    ...(status === undefined ? [] : [status]),
  ].join(' · ');
  const name = truncateText(sanitizeForTerminal(job.name), screen.columns - widthOf(details) - 3);
  return `${screen.style('bold', name)} · ${details}`;
}

function renderCounts(job: JobSnapshot, result: RunResult, screen: Terminal): string[] {
  const { measured } = job;
  const requests = requestsOf(measured);
  const errors = errorsOf(measured);
  const totals = { requests, planned: result.planned[jobKey(job)] };
  const pace = result.paces[jobKey(job)];
  const target = pace === undefined ? '' : `target ${formatRate(pace)}`;
  const errorRow = row('errors', formatCount(errors), formatShare(errors, requests), '');
  return [
    row('requests', formatCount(requests), rateOf(requests, job), target),
    errors > 0 ? screen.style('red', errorRow) : errorRow,
    ...renderErrorClasses(job, result, screen),
    ...NOTED_COUNTS.flatMap((count) => renderNoted(count, countOf(measured, count), totals)),
    ...renderStatuses(job, screen),
  ];
}

/** Renders a count of requests that need a note; empty if it is 0. */
function renderNoted(
  { label = '', note = '', shareOf }: Count,
  count: number,
  totals: Readonly<Record<'requests' | 'planned', number | undefined>>,
): string[] {
  if (count === 0) return [];
  const whole = shareOf && totals[shareOf];
  return [row(label, formatCount(count), whole === undefined ? '' : formatShare(count, whole), note)];
}

/** Renders responses by status code; empty if the protocol has no status codes. */
function renderStatuses({ measured }: JobSnapshot, screen: Terminal): string[] {
  const phrase = statusPhrase(measured.statuses);
  if (phrase === undefined) return [];
  const lead = `${INDENT}${alignLeft('status codes', LABEL)}  `;
  return [lead + truncateText(phrase, screen.columns - lead.length)];
}

/** Renders one line per error class that occurred, with its message behind it or, if too long, below. */
function renderErrorClasses(job: JobSnapshot, result: RunResult, screen: Terminal): string[] {
  const { measured } = job;
  const requests = requestsOf(measured);
  return ERROR_CLASSES.filter((errorClass) => measured.errors[errorClass] > 0).flatMap((errorClass) => {
    const count = measured.errors[errorClass];
    const numbers = row(`${INDENT}${errorClass}`, formatCount(count), formatShare(count, requests), '');
    const message = messageOfClass(job, errorClass, result);
    if (message === undefined) return [numbers];
    const line = `${numbers}  ${message}`;
    if (widthOf(line) <= screen.columns) return [line];
    const indent = INDENT.repeat(3);
    return [numbers, indent + truncateText(message, screen.columns - indent.length)];
  });
}

/**
 * Renders the number of requests per phase of the system under test; phases with none or all of the requests are left
 * out.
 */
function renderPhases({ measured, phases }: JobSnapshot): string[] {
  const whole = requestsOf(measured);
  return phases.flatMap(({ name, inside }) => {
    const requests = requestsOf(inside);
    if (requests === 0 || requests === whole) return [];
    const failed = `${formatCountOf(errorsOf(inside), 'error')} among them`;
    return [row(`in ${sanitizeForTerminal(name)}`, formatCount(requests), formatShare(requests, whole), failed)];
  });
}

function renderTraffic(job: JobSnapshot): string[] {
  return TRAFFIC_COUNTS.map((count) => {
    const bytes = countOf(job.measured, count);
    const rate = job.elapsedMs > 0 ? `${formatBytes((bytes / job.elapsedMs) * 1000)}/s` : '';
    return row(count.label ?? '', formatBytes(bytes), rate, '');
  });
}

function rateOf(count: number, job: JobSnapshot): string {
  return formatRate(job.elapsedMs > 0 ? (count / job.elapsedMs) * 1000 : NaN);
}

function row(label: string, number: string, second: string, note: string): string {
  const line = INDENT + alignLeft(label, LABEL) + alignRight(number, NUMBER) + alignRight(second, SECOND);
  return `${line}${note === '' ? '' : `  ${note}`}`.trimEnd();
}
