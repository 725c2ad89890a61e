import { findingSubject } from '../validity/finding.ts';
import { stepTitle, statusPhrase } from '../reports/phrases/notes.ts';
import type { RunStatus, StatusDocument } from '../agent/status-document.ts';
import { nounOf, requestParts } from '../shared/job-parts.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { formatCount, formatCountOf, formatMs, formatRate } from '../shared/units.ts';
import { describeTime } from '../reports/terminal/job-progress.ts';
import { alignColumns } from '../reports/terminal/text-width.ts';
import { listThresholdStatuses } from './check-listing.ts';

type JobStatusDocument = RunStatus['jobs'][number];
type FindingDocument = RunStatus['validity']['findings'][number];
type LastRun = NonNullable<StatusDocument['last_run']>;

/** Formats a status: a line about the run and a line per job with its totals so far. */
export function listStatus(status: StatusDocument): string[] {
  const { last_run: last } = status;
  if (status.run_id === null) {
    return [
      sanitizeForTerminal(`agent ${status.agent}: idle`),
      ...(last === null ? [] : [`the last ${describeEnd(last)}`]),
    ];
  }
  const elapsed = formatMs(status.elapsed_seconds * 1000);
  return [
    `${describeRun(status)}: ${status.state}, ${elapsed}`,
    ...alignColumns([TITLES, ...status.jobs.map(jobRow)]),
    ...status.jobs.flatMap(describeStatuses),
    ...listThresholdStatuses(status),
    ...listFindings(undefined, status),
  ];
}

export const AGENT_TITLES = ['agent', 'workload', 'state', 'time', 'requests', 'rate', 'errors'];

/** The run of an agent in one row of a table, after the address: totals of its jobs, and their rates at this time. */
export function agentRow(status: StatusDocument): string[] {
  if (status.run_id === null) return ['-', status.state, '-', '-', '-', '-'];
  const jobs = requestParts<JobStatusDocument>(status.jobs);
  const total = (numberOf: (job: JobStatusDocument) => number): number =>
    jobs.reduce((sum, job) => sum + numberOf(job), 0);
  return [
    sanitizeForTerminal(status.workload),
    status.state,
    formatMs(status.elapsed_seconds * 1000),
    formatCount(total(({ requests }) => requests)),
    formatRate(total(({ status: state, rate }) => (state === 'in_progress' ? (rate ?? 0) : 0))),
    formatCount(total(({ errors }) => errors)),
  ];
}

/** Validity findings since an earlier status, a line each. */
export function listFindings(before: StatusDocument | undefined, now: StatusDocument): string[] {
  const of = (status: StatusDocument | undefined): FindingDocument[] => [...(status?.validity?.findings ?? [])];
  const isSame = (a: FindingDocument, b: FindingDocument): boolean =>
    a.signal === b.signal && a.agent === b.agent && a.job_uuid === b.job_uuid && a.severity === b.severity;
  return of(now)
    .filter((one) => !of(before).some((known) => isSame(known, one)))
    .map(({ severity, agent, job, message, hint }) => {
      const subject = findingSubject(agent, job);
      return sanitizeForTerminal(
        `${severity === 'invalid' ? 'INVALID' : 'note'}: ${subject && `${subject}: `}${message}; ${hint}`,
      );
    });
}

/** How a run ended: `run 5e1c... of checkout: completed, 1,000 requests, 0 errors, passed (exit status 0)`. */
export function describeEnd(last: LastRun): string {
  const { run_id: runId, workload, end, reason, requests, errors, valid } = last;
  const why = reason === null ? '' : ` (${reason})`;
  return sanitizeForTerminal(
    [
      `run ${runId} of ${workload}: ${end}${why}`,
      formatCountOf(requests, 'request'),
      formatCountOf(errors, 'error'),
      ...(valid ? [] : ['not to be trusted']),
      ...describeVerdict(last),
    ].join(', '),
  );
}

/** Older agents have no verdicts. */
function describeVerdict({ verdict, exit_status: status, thresholds, thresholds_failed: failed }: Partial<LastRun>) {
  if (verdict === undefined || status === undefined) return [];
  const held = failed === undefined || failed === 0 ? [] : [`${failed} of ${thresholds} thresholds failed`];
  return [...held, `${verdict.replace('_', ' ')} (exit status ${status})`];
}

/** Which run this is: `run 5e1c... of checkout against http://127.0.0.1:8080, agent host-7`. */
export function describeRun({ run_id: runId, workload, target, agent }: StatusDocument): string {
  if (runId === null) return sanitizeForTerminal(`agent ${agent}`);
  return sanitizeForTerminal(`run ${runId} of ${workload} against ${target}, agent ${agent}`);
}

/**
 * Formats one job as a line. The rate is that since `before`, an earlier status of the same job, or that of the whole job
 * without it; all other numbers are of the whole job so far.
 */
export function describeJob(job: JobStatusDocument, before: JobStatusDocument | undefined): string {
  const { p50, p99 } = latencyOf(job);
  const counts = countsOf(job);
  const requests = formatCountOf(counts.requests, nounOf(job));
  const rate = formatRate(rateSince(before, job) ?? NaN);
  const errors = formatCountOf(counts.errors, 'error');
  return `${sanitizeForTerminal(stepTitle(job))}: ${positionOf(job)}, ${requests}, ${rate}, p50 ${p50}, p99 ${p99}, ${errors}`;
}

const TITLES = ['job', 'type', 'status', 'done', 'time', 'requests', 'rate', 'p50', 'p99', 'errors'];

function jobRow(job: JobStatusDocument): string[] {
  const { p50, p99 } = latencyOf(job);
  const { requests, errors } = countsOf(job);
  return [
    sanitizeForTerminal(stepTitle(job)),
    job.type,
    job.status,
    formatFraction(job) ?? '-',
    formatMs(job.elapsed_seconds * 1000),
    formatCount(requests),
    formatRate(job.rate ?? NaN),
    p50,
    p99,
    formatCount(errors),
  ];
}

/** Responses by status code: `checkout (read): 200: 9,990 · 404: 10`. */
function describeStatuses(job: JobStatusDocument): string[] {
  const phrase = statusPhrase(countsOf(job).responses_by_status);
  return phrase === undefined ? [] : [sanitizeForTerminal(`${stepTitle(job)} (${job.type}): ${phrase}`)];
}

function positionOf(job: JobStatusDocument): string {
  if (job.status !== 'in_progress') return job.status;
  const { limits, elapsed_seconds: elapsed } = job;
  const times = { elapsedMs: elapsed * 1000, durationMs: (limits.duration_seconds ?? Infinity) * 1000 };
  const fraction = fractionOf(job);
  const time = describeTime(times, fraction);
  return fraction === undefined ? time : `${formatFraction(job)} (${time})`;
}

/** Completed share of the job, by the nearer limit; `undefined` without a limit. */
function fractionOf({ limits, elapsed_seconds: elapsed, requests }: JobStatusDocument): number | undefined {
  const { duration_seconds: duration, operations } = limits;
  if (duration === null && operations === null) return undefined;
  return Math.min(1, Math.max(elapsed / (duration ?? Infinity), requests / (operations ?? Infinity)));
}

function formatFraction(job: JobStatusDocument): string | undefined {
  const fraction = fractionOf(job);
  return fraction === undefined ? undefined : `${Math.floor(fraction * 100)}%`;
}

/** Current counters of a job: those of its warm-up, while that lasts. */
function countsOf(job: JobStatusDocument): Pick<JobStatusDocument, 'requests' | 'errors' | 'responses_by_status'> {
  return job.status === 'warm_up' ? (job.warm_up ?? job) : job;
}

/** Response time of paced jobs, service time of the others. */
function latencyOf(job: JobStatusDocument): { readonly p50: string; readonly p99: string } {
  const { p50, p99 } = (job.response_time ?? job.service_time).percentiles_seconds;
  return { p50: formatSeconds(p50), p99: formatSeconds(p99) };
}

function rateSince(before: JobStatusDocument | undefined, job: JobStatusDocument): number | undefined {
  if (before === undefined) return job.rate ?? undefined;
  const seconds = job.elapsed_seconds - before.elapsed_seconds;
  return seconds > 0 ? (job.requests - before.requests) / seconds : undefined;
}

function formatSeconds(seconds: number | null): string {
  return formatMs(seconds === null ? NaN : seconds * 1000);
}
