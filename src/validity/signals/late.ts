import { nounOf } from '../../shared/job-parts.ts';
import { formatMs, formatShare } from '../../shared/units.ts';
import type { Distribution, JobSnapshot } from '../../recorder/snapshot.ts';
import type { Detection } from '../finding.ts';
import { LATE_LIMITS_MS } from '../event-loop-monitor.ts';
import { jobIn, type JobWindow, type SampleWindow, type WindowedJob } from '../window.ts';
import { isSustained } from './load.ts';

/** Minimum share of late requests: a p99 depends on one hundredth of the requests. */
const LATE_SHARE = 0.01;
/**
 * A request is late by more than a quarter of the measured p99, and by more than the scheduling delay of a busy
 * machine.
 */
const PART_OF_P99 = 0.25;
const LEAST_LATE_MS = 10;
/** In 3 of the last 4 seconds. */
const TIMES = 3;

/**
 * Detects requests of a paced job that the generator sent late. Busy connections also delay requests, but are caused by
 * the target, so the threads must have been late themselves.
 * @param leastMs minimum delay of a late request
 */
export function detectLate(recent: readonly SampleWindow[], leastMs = LEAST_LATE_MS): readonly Detection[] {
  return (recent.at(-1)?.jobs ?? []).flatMap(({ job, lag, response }): Detection[] => {
    const isLate = (window: SampleWindow): boolean => {
      const then = jobIn(window, job);
      return then !== undefined && isSentLate(then, window, leastMs);
    };
    if (lag === undefined || !isSustained(recent, TIMES, isLate)) return [];
    return [lateness(job, lag, limitOf(response, leastMs), 'in one second')];
  });
}

/** Minimum total of late time that does not recur every second, to ignore a single incident. */
const LEAST_IN_ALL_SECONDS = 0.5;

/**
 * Detects late requests of a finished job.
 * @param lateSeconds time for which a thread was later than each of `LATE_LIMITS_MS` during the job
 */
export function detectLateJob(job: JobSnapshot, lateSeconds: readonly number[]): Detection | undefined {
  const { lag, response } = job.measured;
  if (lag === undefined) return undefined;
  const limitMs = limitOf(response?.latency, LEAST_LATE_MS);
  const seconds = lateSeconds[classOf(limitMs)] ?? 0;
  const isSpoilt = seconds >= LEAST_IN_ALL_SECONDS && seconds >= (job.elapsedMs / 1000) * LATE_SHARE;
  if (!isSpoilt || beyond(lag.latency, limitMs) < LATE_SHARE) return undefined;
  return lateness(job, lag.latency, limitMs, 'of the job');
}

type LatencyCounts = Distribution['latency'];

function lateness(job: WindowedJob, lag: LatencyCounts, limitMs: number, of: string): Detection {
  const value = lag.percentile(99) ?? 0;
  const share = formatShare(beyond(lag, limitMs), 1);
  return {
    signal: 'late',
    severity: 'invalid',
    job,
    value,
    unit: 'seconds',
    message: `the generator sent ${share} of the ${nounOf(job)}s ${of} more than ${formatMs(limitMs)} late (p99 ${formatMs(value * 1000)})`,
    hint: 'its threads waited for a CPU: reserve a CPU for the agent, use more `threads`, or a lower `pace`',
  };
}

function isSentLate({ steady, lag, response }: JobWindow, { threads }: SampleWindow, leastMs: number): boolean {
  if (!steady || lag === undefined) return false;
  const limitMs = limitOf(response, leastMs);
  const index = classOf(limitMs);
  return beyond(lag, limitMs) >= LATE_SHARE && threads.some(({ late }) => (late[index] ?? 0) >= LATE_SHARE);
}

function limitOf(response: LatencyCounts | undefined, leastMs: number): number {
  return Math.max(leastMs, PART_OF_P99 * 1000 * (response?.percentile(99) ?? 0));
}

/** Index of the highest limit in `LATE_LIMITS_MS` that is at most `limitMs`. */
function classOf(limitMs: number): number {
  return LATE_LIMITS_MS.findLastIndex((classMs) => classMs <= limitMs);
}

function beyond(lag: LatencyCounts, limitMs: number): number {
  return lag.total === 0 ? 0 : 1 - lag.countUpTo(limitMs / 1000) / lag.total;
}
