import { stepTitle, MOST_DETAILED_JOBS } from '../phrases/notes.ts';
import type { Log, LogFields, LogFormat } from '../../shared/log.ts';
import { nounOf, scheduledParts } from '../../shared/job-parts.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCountOf, formatMs, formatRate } from '../../shared/units.ts';
import { jobKey, type JobSnapshot, type Snapshot } from '../../recorder/snapshot.ts';
import {
  describeTime,
  hasFinished,
  isRunning,
  type JobProgress,
  overallProgress,
  intervalProgress,
} from './job-progress.ts';
import type { Reporter } from '../report.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressOptions {
  /** Screen for bars: standard error, so that standard output contains results only. */
  readonly screen: Terminal;
  /** Log for progress lines, used without bars. */
  readonly log: Log;
  readonly logFormat: LogFormat;
  /** Disables progress. The summary and log warnings remain. */
  readonly quiet: boolean;
  /** Monotonic clock, in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Loads the progress display and returns its factory, called once per run: live bars in a terminal, log lines elsewhere
 * or with a machine-readable log.
 */
export async function loadProgress(options: ProgressOptions): Promise<() => Reporter> {
  const { screen, logFormat, quiet } = options;
  if (quiet) return () => ({ end: () => {} });
  if (!screen.isTerminal || logFormat !== 'text') return () => progressLines(options);
  const { progressBars } = await import('./progress-bars.ts');
  return () => progressBars(screen);
}

/** First line soon after the start of a job, then at long intervals, because build logs are stored. */
const FIRST_LINE_MS = 1000;
const LINE_EVERY_MS = 10_000;

interface ProgressLinesOptions {
  readonly log: Log;
  readonly logFormat: LogFormat;
  readonly nowMs: () => number;
}

/**
 * Logs progress at level `info`: one line at the start of a job, one at its end with overall numbers, and one for each
 * running job about 1 s after a start and then every 10 s, with the numbers since the previous line. More than five
 * jobs at once share a line, except in JSON.
 */
function progressLines({ log, logFormat, nowMs }: ProgressLinesOptions): Reporter {
  const started = new Set<string>();
  const over = new Set<string>();
  let before: Snapshot | undefined;
  let dueMs = Infinity;

  const write = (event: Event, jobs: readonly JobProgress[]): void => {
    if (logFormat === 'json') for (const one of jobs) log.info(event, fieldsOf(one));
    else if (jobs.length > MOST_DETAILED_JOBS) log.info(describeMany(event, jobs));
    else for (const one of jobs) log.info(TEXT[event](one));
  };
  const announce = ({ jobs }: Snapshot): void => {
    const begun = jobs.filter((job) => !started.has(jobKey(job)) && (isRunning(job) || hasFinished(job)));
    const ended = jobs.filter((job) => !over.has(jobKey(job)) && hasFinished(job));
    for (const job of begun) started.add(jobKey(job));
    for (const job of ended) over.add(jobKey(job));
    if (begun.length > 0) dueMs = Math.min(dueMs, nowMs() + FIRST_LINE_MS);
    const overall = (job: JobSnapshot): JobProgress => overallProgress(job, jobs);
    // The steps of a scenario start with it.
    write('job started', scheduledParts(begun).map(overall));
    write('job over', ended.map(overall));
  };
  const update = (snapshot: Snapshot): void => {
    announce(snapshot);
    if (nowMs() < dueMs) return;
    const running = snapshot.jobs.filter(isRunning).map((job) => intervalProgress(before, snapshot, job));
    write('progress', running);
    before = snapshot;
    dueMs = running.length === 0 ? Infinity : nowMs() + LINE_EVERY_MS;
  };
  return { begin: update, update, end: (result) => announce(result.final) };
}

type Event = 'job started' | 'progress' | 'job over';

const TEXT: Readonly<Record<Event, (progress: JobProgress) => string>> = {
  'job started': ({ job }) => `${nameOf(job)}: started (${job.type}, ${limitsOf(job)})`,
  progress: (progress) => `${nameOf(progress.job)}: ${positionOf(progress)}, ${numbersOf(progress)}`,
  'job over': (progress) =>
    `${nameOf(progress.job)}: ${progress.job.status} in ${formatMs(progress.job.elapsedMs)}, ${numbersOf(progress)}`,
};

/** Describes many jobs in a line: the least advanced one, the sums, and the highest p99. */
function describeMany(event: Event, jobs: readonly JobProgress[]): string {
  const count = formatCountOf(jobs.length, 'job');
  const counted = jobs.filter(({ job }) => !countsIterations(job));
  if (event === 'job started') return `${count} started`;
  const sum = (valueOf: (one: JobProgress) => number | undefined): number =>
    counted.reduce((total, one) => total + (valueOf(one) ?? 0), 0);
  const totals = [
    formatCountOf(
      sum(({ requests }) => requests),
      'request',
    ),
    formatRate(sum(({ rate }) => rate)),
  ];
  const worst = jobs.reduce((a, b) => ((b.p99Ms ?? 0) > (a.p99Ms ?? 0) ? b : a));
  const slowest = worst.p99Ms === undefined ? [] : [`p99 up to ${formatMs(worst.p99Ms)} (${nameOf(worst.job)})`];
  const errors = formatCountOf(
    sum((one) => one.errors),
    'error',
  );
  const last = jobs.reduce((a, b) => ((b.fraction ?? 0) < (a.fraction ?? 0) ? b : a));
  const state = event === 'job over' ? 'over' : `running, ${positionOf(last)}`;
  return [`${count} ${state}`, ...totals, ...slowest, errors].join(', ');
}

function nameOf(job: JobSnapshot): string {
  return sanitizeForTerminal(stepTitle(job));
}

function limitsOf(job: JobSnapshot): string {
  const limits = [
    ...(job.operations === Infinity ? [] : [formatCountOf(job.operations, 'operation')]),
    ...(job.durationMs === Infinity ? [] : [formatMs(job.durationMs)]),
  ];
  return limits.length === 0 ? 'until stopped' : limits.join(' or ');
}

function positionOf(progress: JobProgress): string {
  const { job, fraction } = progress;
  if (job.status === 'warm_up') return 'warming up';
  const time = describeTime(job, fraction);
  return fraction === undefined ? time : `${Math.floor(fraction * 100)}% (${time})`;
}

function numbersOf({ job, requests, rate, p50Ms, p99Ms, errors }: JobProgress): string {
  const latency = p50Ms === undefined || p99Ms === undefined ? '' : `, p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)}`;
  const pace = rate === undefined ? '' : `, ${formatRate(rate)}`;
  return `${formatCountOf(requests, nounOf(job))}${pace}${latency}, ${formatCountOf(errors, 'error')}`;
}

function fieldsOf(progress: JobProgress): LogFields {
  const { job, fraction, rate, p50Ms, p99Ms } = progress;
  return {
    job: job.name,
    job_uuid: job.uuid,
    job_type: job.type,
    ...(job.step !== '' && { step: job.step }),
    status: job.status,
    elapsed_seconds: rounded(job.elapsedMs / 1000, 3),
    fraction: rounded(fraction, 4),
    requests: progress.requests,
    errors: progress.errors,
    rate: rounded(rate, 3),
    p50_seconds: rounded(p50Ms === undefined ? undefined : p50Ms / 1000, 6),
    p99_seconds: rounded(p99Ms === undefined ? undefined : p99Ms / 1000, 6),
  };
}

function rounded(value: number | undefined, digits: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
