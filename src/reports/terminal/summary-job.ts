import { type Count, NOTED_COUNTS, TRAFFIC_COUNTS } from '../../recorder/counters.ts';
import { ERROR_CLASSES, type ErrorClass } from '../../shared/outcome.ts';
import { nounOf } from '../../shared/job-parts.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatBytes, formatCount, formatCountOf, formatMs, formatRate, formatShare } from '../../shared/units.ts';
import type { ResultDocument, ResultJob } from '../document/result-document.ts';
import { metricTitle, statusPhrase, stepTitle } from '../phrases/notes.ts';
import { INDENT, renderLatencies, rowWidths } from './summary-latencies.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, truncateText, widthOf, wrap } from './text-width.ts';

/** Columns before a message or note on its own line. */
const DEEP = INDENT.repeat(3);

/** Renders the block of one job: title, counts, traffic, latencies. */
export function renderJob(job: ResultJob, document: ResultDocument, screen: Terminal, verbose: boolean): string[] {
  if (job.started === 0 && job.skipped === 0) {
    const noun = `${nounOf(job)}s`;
    const nothing = job.warm_up === null ? `no ${noun}` : `no ${noun} beyond the warm-up`;
    return [...renderTitle(job, screen), INDENT + nothing];
  }
  return [
    ...renderTitle(job, screen),
    ...renderCounts(job, document, screen),
    ...renderPhases(job, screen),
    ...renderTraffic(job, screen),
    ...renderCounters(job, screen),
    ...(job.warm_up === null
      ? []
      : row(screen, ['warm-up', formatCount(job.warm_up.requests)], 'not in these numbers')),
    ...renderLatencies(job, screen, verbose),
  ];
}

const UNUSUAL: Readonly<Record<string, string | undefined>> = {
  pending: 'never started',
  warm_up: 'unfinished',
  in_progress: 'unfinished',
  failed: 'failed',
  canceled: 'stopped early',
};

/** Describes how a job ended; `undefined` if it was completed. */
export function unusualEnd({
  status,
  elapsed_seconds: elapsed,
  started,
  warm_up: warmUp,
}: ResultJob): string | undefined {
  const neverRan = status === 'canceled' && elapsed === 0 && started + (warmUp?.started ?? 0) === 0;
  return UNUSUAL[neverRan ? 'pending' : status];
}

function renderTitle(job: ResultJob, screen: Terminal): string[] {
  const { connections, elapsed_seconds: elapsed } = job;
  const status = unusualEnd(job);
  const details = [
    job.type,
    ...(connections === null ? [] : [formatCountOf(connections, 'connection')]),
    ...(elapsed === 0 ? [] : [formatMs(elapsed * 1000)]),
    ...(status === undefined ? [] : [status]),
  ].join(' · ');
  const name = sanitizeForTerminal(stepTitle(job));
  if (widthOf(name) + 3 + widthOf(details) <= screen.columns) return [`${screen.style('bold', name)} · ${details}`];
  return [
    screen.style('bold', truncateText(name, screen.columns)),
    INDENT + truncateText(details, screen.columns - INDENT.length),
  ];
}

function renderCounts(job: ResultJob, document: ResultDocument, screen: Terminal): string[] {
  const { requests, errors, planned, pace } = job;
  const target = pace === null ? '' : `target ${formatRate(pace)}`;
  const errorRow = row(screen, ['errors', formatCount(errors), formatShare(errors, requests)]);
  return [
    ...row(screen, [`${nounOf(job)}s`, formatCount(requests), formatRate(job.rate ?? NaN)], target),
    ...errorRow.map((line) => (errors > 0 ? screen.style('red', line) : line)),
    ...renderErrorClasses(job, document, screen),
    ...renderFailedChecks(job, screen),
    ...NOTED_COUNTS.flatMap((count) => renderNoted(count, job[count.field], { requests, planned }, screen)),
    ...renderStatuses(job, screen),
  ];
}

/** Renders a count of requests that need a note; empty if it is 0. */
function renderNoted(
  { label = '', note = '', shareOf }: Count,
  count: number,
  totals: Readonly<Record<'requests' | 'planned', number | null>>,
  screen: Terminal,
): string[] {
  if (count === 0) return [];
  const whole = shareOf === undefined ? null : totals[shareOf];
  return row(screen, [label, formatCount(count), whole === null ? '' : formatShare(count, whole)], note);
}

/** Renders responses by status code; empty if the protocol has no status codes. */
function renderStatuses(job: ResultJob, screen: Terminal): string[] {
  const phrase = statusPhrase(job.responses_by_status);
  if (phrase === undefined) return [];
  const lead = `${INDENT}${alignLeft('status codes', rowWidths(screen).label)}  `;
  return wrap(phrase, screen.columns - lead.length).map((line, index) =>
    index === 0 ? lead + line : ' '.repeat(lead.length) + line,
  );
}

/** Renders one line per error class that occurred, with its message behind it or, if too long, below. */
function renderErrorClasses(job: ResultJob, document: ResultDocument, screen: Terminal): string[] {
  return ERROR_CLASSES.filter((errorClass) => (job.errors_by_class[errorClass] ?? 0) > 0).flatMap((errorClass) => {
    const count = job.errors_by_class[errorClass];
    const cells = [`${INDENT}${errorClass}`, formatCount(count), formatShare(count, job.requests)] as const;
    const message = messageOfClass(job, errorClass, document);
    const [numbers = ''] = row(screen, cells);
    if (message === undefined || widthOf(numbers) + 2 + widthOf(message) <= screen.columns) {
      return row(screen, cells, message);
    }
    return [numbers, DEEP + truncateText(message, screen.columns - DEEP.length)];
  });
}

/** Several checks that failed, the most frequent first. */
function renderFailedChecks({ failed_checks: checks, requests }: ResultJob, screen: Terminal): string[] {
  const entries = Object.entries(checks);
  // The message of the error class names a single one.
  if (entries.length < 2) return [];
  return entries
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([name, count]) => {
      const shown = sanitizeForTerminal(name);
      return row(screen, [`${INDENT.repeat(2)}check`, formatCount(count), formatShare(count, requests)], shown);
    });
}

function messageOfClass({ uuid }: ResultJob, errorClass: ErrorClass, { failures }: ResultDocument): string | undefined {
  const sample = failures.find((failure) => failure.job_uuid === uuid && failure.class === errorClass);
  return sample && sanitizeForTerminal(sample.message);
}

/**
 * Renders the number of requests per phase of the system under test; phases with none or all of the requests are left
 * out.
 */
function renderPhases({ requests: whole, phases }: ResultJob, screen: Terminal): string[] {
  return phases.flatMap(({ name, inside: { requests, errors } }) => {
    if (requests === 0 || requests === whole) return [];
    const failed = `${formatCountOf(errors, 'error')} among them`;
    const cells = [`in ${sanitizeForTerminal(name)}`, formatCount(requests), formatShare(requests, whole)] as const;
    return row(screen, cells, failed);
  });
}

function renderTraffic(job: ResultJob, screen: Terminal): string[] {
  if (countsIterations(job)) return [];
  const seconds = job.elapsed_seconds;
  return TRAFFIC_COUNTS.flatMap(({ label = '', field }) => {
    const bytes = job[field];
    return row(screen, [label, formatBytes(bytes), seconds > 0 ? `${formatBytes(bytes / seconds)}/s` : '']);
  });
}

/** Renders the additional counters. */
function renderCounters({ metrics }: ResultJob, screen: Terminal): string[] {
  return Object.entries(metrics).flatMap(([name, { total, rate }]) =>
    total === null ? [] : row(screen, [metricTitle(name), formatCount(total), formatRate(rate ?? NaN)]),
  );
}

/** Renders a line of numbers; its note is on lines of its own where it does not fit. */
function row(screen: Terminal, [label, number, rate = '']: readonly [string, string, string?], note = ''): string[] {
  const widths = rowWidths(screen);
  const cells = alignLeft(label, widths.label) + alignRight(number, widths.number) + alignRight(rate, widths.rate);
  const line = INDENT + cells;
  if (note === '') return [line.trimEnd()];
  if (widthOf(line) + 2 + widthOf(note) <= screen.columns) return [`${line}  ${note}`];
  return [line.trimEnd(), ...wrap(note, screen.columns - DEEP.length).map((part) => DEEP + part)];
}
