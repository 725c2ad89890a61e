import { errorsOf, jobKey, type JobSnapshot, requestsOf, type Snapshot, type Tally } from '../../recorder/snapshot.ts';
import { iterationParts } from '../../shared/job-parts.ts';
import { formatMs } from '../../shared/units.ts';
import { supportedPercentileMs } from '../phrases/percentiles.ts';

/** Progress of one job. */
export interface JobProgress {
  readonly job: JobSnapshot;
  /** 0 to 1, by the nearer limit; `undefined` during warm-up and without a limit. */
  readonly fraction: number | undefined;
  /** Completed requests so far, and the failed ones of them; during warm-up those of the warm-up. */
  readonly requests: number;
  readonly errors: number;
  /** Requests per second since the previous snapshot; `undefined` if no time has passed. */
  readonly rate: number | undefined;
  /**
   * Milliseconds, over requests completed since the previous snapshot; `undefined` without any. Response time for paced
   * jobs.
   */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** Progress of a running job since `before`, or since its start if `before` does not contain the job. */
export function intervalProgress(before: Snapshot | undefined, now: Snapshot, job: JobSnapshot): JobProgress {
  const was = before?.jobs.find((one) => jobKey(one) === jobKey(job));
  const tally = current(job);
  const earlier = was && (job.status === 'warm_up' ? was.warmUp : was.measured);
  const ms = job.status === 'warm_up' ? warmUpMs(before, now, was) : job.elapsedMs - (was?.elapsedMs ?? 0);
  const latency = earlier ? latencyOf(tally).minus(latencyOf(earlier)) : latencyOf(tally);
  const ended = requestsOf(tally) - (earlier ? requestsOf(earlier) : 0);
  return { ...totals(job, tally, now.jobs), rate: perSecond(ended, ms), ...percentiles(latency) };
}

/**
 * Progress over the whole job, shown at its end; percentiles only if the number of requests supports them.
 * @param jobs all jobs of its run
 */
export function overallProgress(job: JobSnapshot, jobs: readonly JobSnapshot[]): JobProgress {
  const { measured } = job;
  return {
    ...totals(job, measured, jobs),
    rate: perSecond(requestsOf(measured), job.elapsedMs),
    p50Ms: supportedPercentileMs(measured.response ?? measured.service, 50),
    p99Ms: supportedPercentileMs(measured.response ?? measured.service, 99),
  };
}

/** Whether the job is currently sending requests. */
export function isRunning(job: JobSnapshot): boolean {
  return job.status === 'warm_up' || job.status === 'in_progress';
}

/** Whether the job has run and ended; false for a job canceled before its start. */
export function hasFinished(job: JobSnapshot): boolean {
  if (job.status === 'canceled') return job.measured.started + (job.warmUp?.started ?? 0) > 0;
  return job.status === 'completed' || job.status === 'failed';
}

/** Elapsed time of a job, and its limit; `Infinity`: unlimited. */
type JobTimes = Pick<JobSnapshot, 'elapsedMs' | 'durationMs'>;

/**
 * Describes elapsed and total time: `5.0s / 10s`; `5.0s / ~12s` where the total follows from the operations so far, and
 * only the elapsed time without a limit.
 */
export function describeTime({ elapsedMs, durationMs }: JobTimes, fraction: number | undefined): string {
  const seconds = elapsedMs / 1000;
  const elapsed = seconds < 9.95 ? `${seconds.toFixed(1)}s` : formatClock(elapsedMs);
  if (fraction === undefined) return elapsed;
  const expectedMs = fraction > 0 ? elapsedMs / fraction : Infinity;
  // With a tolerance for rounding: the duration of the job is not an estimate.
  if (durationMs !== Infinity && durationMs <= expectedMs * 1.005) return `${elapsed} / ${formatClock(durationMs)}`;
  return fraction >= LEAST_FRACTION ? `${elapsed} / ~${formatClock(expectedMs)}` : elapsed;
}

/** Minimum fraction for an estimate of the whole. */
const LEAST_FRACTION = 0.01;

/** Formats a time of a progress display: `10s`, `1m05s`, `3h07m`; below a second as elsewhere. */
function formatClock(ms: number): string {
  if (ms < 999.5 || ms >= 59_500) return formatMs(Math.round(ms / 1000) === 60 ? 60_000 : ms);
  return Number.isInteger(ms / 1000) || ms >= 9950 ? `${Math.round(ms / 1000)}s` : `${(ms / 1000).toFixed(1)}s`;
}

/** Elapsed time between two snapshots of a warm-up, which has no elapsed time of its own; 0 unless both are in it. */
function warmUpMs(before: Snapshot | undefined, now: Snapshot, was: JobSnapshot | undefined): number {
  return before && was?.status === 'warm_up' ? now.epochMs - before.epochMs : 0;
}

function totals(
  job: JobSnapshot,
  tally: Tally,
  jobs: readonly JobSnapshot[],
): Pick<JobProgress, 'job' | 'fraction' | 'requests' | 'errors'> {
  const requests = requestsOf(tally);
  // The limits of a scenario are those of its iterations.
  const iterations = iterationParts(jobs).find(({ uuid }) => uuid === job.uuid);
  const operations = iterations === undefined ? requests : requestsOf(current(iterations));
  return { job, fraction: fractionOf(job, operations), requests, errors: errorsOf(tally) };
}

function fractionOf(job: JobSnapshot, operations: number): number | undefined {
  if (job.status === 'warm_up' || (job.durationMs === Infinity && job.operations === Infinity)) return undefined;
  return Math.min(1, Math.max(job.elapsedMs / job.durationMs, operations / job.operations));
}

function current(job: JobSnapshot): Tally {
  return job.status === 'warm_up' ? (job.warmUp ?? job.measured) : job.measured;
}

function latencyOf(tally: Tally): Tally['service']['latency'] {
  return (tally.response ?? tally.service).latency;
}

function percentiles(latency: Tally['service']['latency']): Pick<JobProgress, 'p50Ms' | 'p99Ms'> {
  return { p50Ms: toMs(latency.percentile(50)), p99Ms: toMs(latency.percentile(99)) };
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function perSecond(count: number, ms: number): number | undefined {
  return ms > 0 ? (count / ms) * 1000 : undefined;
}
