import { formatMs, formatShare } from '../../core/units.ts';
import { type Distribution, jobKey, type JobSnapshot } from '../../recorder/snapshot.ts';
import type { Sighting } from '../finding.ts';
import { LATE_LIMITS_MS } from '../pulse.ts';
import type { JobWindow, Window } from '../window.ts';
import { held } from './held.ts';

/** A p99 cannot be trusted where more than a hundredth of the requests was sent too late. */
const LATE_SHARE = 0.01;
/** Too late is by a quarter of the p99 of what is measured, and by no less than what a busy machine's scheduler takes. */
const PART_OF_P99 = 0.25;
const LEAST_LATE_MS = 10;
/** Of the last four seconds. */
const TIMES = 3;

/**
 * Requests of a paced job that were sent late although nothing but this generator was to blame. That every connection was busy
 * makes them late too, and is the target's doing: so the threads themselves must have been late for what they had to do.
 * @param leastMs below which nothing is late
 */
export function seeLate(recent: readonly Window[], leastMs = LEAST_LATE_MS): readonly Sighting[] {
  return (recent.at(-1)?.jobs ?? []).flatMap(({ job, lag, response }): Sighting[] => {
    const isLate = (window: Window): boolean => {
      const then = window.jobs.find((one) => jobKey(one.job) === jobKey(job));
      return then !== undefined && isSentLate(then, window, leastMs);
    };
    if (lag === undefined || !held(recent, TIMES, isLate)) return [];
    return [lateness(job, lag, limitOf(response, leastMs), 'of a second')];
  });
}

/** Late moments of a job that do not come every second, but were no single mishap. */
const LEAST_IN_ALL_SECONDS = 0.5;

/**
 * The same of the whole job, once it is over.
 * @param lateSeconds for how long a thread was later than each of `LATE_LIMITS_MS` while the job went on
 */
export function seeLateInAll(job: JobSnapshot, lateSeconds: readonly number[]): Sighting | undefined {
  const { lag, response } = job.measured;
  if (lag === undefined) return undefined;
  const limitMs = limitOf(response?.latency, LEAST_LATE_MS);
  const seconds = lateSeconds[classOf(limitMs)] ?? 0;
  const isSpoilt = seconds >= LEAST_IN_ALL_SECONDS && seconds >= (job.elapsedMs / 1000) * LATE_SHARE;
  if (!isSpoilt || beyond(lag.latency, limitMs) < LATE_SHARE) return undefined;
  return lateness(job, lag.latency, limitMs, 'of the job');
}

type LatencyCounts = Distribution['latency'];

function lateness(job: JobSnapshot, lag: LatencyCounts, limitMs: number, of: string): Sighting {
  const value = lag.percentile(99) ?? 0;
  const share = formatShare(beyond(lag, limitMs), 1);
  return {
    signal: 'late',
    severity: 'invalid',
    job,
    value,
    unit: 'seconds',
    message: `this generator sent ${share} of the requests ${of} more than ${formatMs(limitMs)} late (p99 ${formatMs(value * 1000)})`,
    hint: 'its threads could not run when they had to: give it a CPU of its own, more `threads`, or ask for a lower pace',
  };
}

function isSentLate({ steady, lag, response }: JobWindow, { threads }: Window, leastMs: number): boolean {
  if (!steady || lag === undefined) return false;
  const limitMs = limitOf(response, leastMs);
  const index = classOf(limitMs);
  return beyond(lag, limitMs) >= LATE_SHARE && threads.some(({ late }) => (late[index] ?? 0) >= LATE_SHARE);
}

function limitOf(response: LatencyCounts | undefined, leastMs: number): number {
  return Math.max(leastMs, PART_OF_P99 * 1000 * (response?.percentile(99) ?? 0));
}

/** The class of lateness that begins at or below the limit. */
function classOf(limitMs: number): number {
  return LATE_LIMITS_MS.findLastIndex((classMs) => classMs <= limitMs);
}

function beyond(lag: LatencyCounts, limitMs: number): number {
  return lag.total === 0 ? 0 : 1 - lag.countUpTo(limitMs / 1000) / lag.total;
}
