import { scheduledParts } from '../shared/job-parts.ts';
import { type Distribution, type JobSnapshot, jobKey, requestsOf, type Snapshot } from '../recorder/snapshot.ts';
import type { Clocks, SystemReading } from './system-stats.ts';
import type { EventLoopReading } from './event-loop-monitor.ts';

type LatencyCounts = Distribution['latency'];

/** State of a load thread at one instant. */
interface ThreadSample {
  readonly pulse: EventLoopReading;
  /** Total idle and active time of its event loop in milliseconds. */
  readonly loop: { readonly idle: number; readonly active: number };
  /** Milliseconds in which it was ready to run and had no CPU; `undefined`: unknown on this system. */
  readonly cpuWaitMs: number | undefined;
}

/** State of the generator at one instant. */
export interface GeneratorSample {
  /** Time of the clock. */
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly threads: readonly ThreadSample[];
  readonly machine: SystemReading;
  readonly clocks: Clocks;
  /** `undefined`: unknown on this system. */
  readonly files: { readonly open: number; readonly limit: number } | undefined;
}

/** One second of a load thread. Shares are relative to the window. */
export interface ThreadWindow {
  readonly utilization: number;
  readonly blocked: number;
  /** Milliseconds of blocks, each longer than the thread's own work takes. */
  readonly stoppedMs: number;
  readonly longestStopMs: number;
  /** Share of the time in which due timers were delayed by more than each of `LATE_LIMITS_MS`. */
  readonly late: readonly number[];
  readonly cpuWait: number | undefined;
}

/** A job of a window, without its numbers: windows are kept for some seconds, and histograms of a whole job are large. */
export type WindowedJob = Pick<JobSnapshot, 'name' | 'uuid' | 'type' | 'step'>;

/** One second of a job, or of one request type of a mixed job. */
export interface JobWindow {
  readonly job: WindowedJob;
  /** Whether it sent measured load for most of the window, and at its end. */
  readonly steady: boolean;
  readonly paced: boolean;
  /** Milliseconds of measured load. */
  readonly activeMs: number;
  readonly started: number;
  readonly requests: number;
  /** Requests that failed because this machine ran out of a resource. */
  readonly exhaustedRequests: number;
  /** Lag of requests started in the window; only for paced jobs. */
  readonly lag: LatencyCounts | undefined;
  /** Response times of requests done in the window; only for paced jobs. */
  readonly response: LatencyCounts | undefined;
}

/** Difference of two samples, about a second apart: the input of all detectors. */
export interface SampleWindow {
  /** Seconds from the start of the run to the end of the window. */
  readonly endSeconds: number;
  readonly seconds: number;
  /** Milliseconds by which the main thread sampled late, one second after the previous sample. */
  readonly mainLateMs: number;
  /** CPU time of the process in milliseconds. */
  readonly cpuMs: number;
  /** Milliseconds in which the machine was suspended, which monotonic clocks do not count. */
  readonly suspendedMs: number;
  /** Whether the suspended time comes from the uptime; `false`: from the system clock, which may have been set. */
  readonly isClockKnown: boolean;
  readonly threads: readonly ThreadWindow[];
  /** Jobs that were live in it. */
  readonly jobs: readonly JobWindow[];
  /** Share of the machine's CPU time. */
  readonly steal: number | undefined;
  /** For the most throttled control group: share of the time, and of the periods in which it was runnable. */
  readonly throttled: { readonly time: number; readonly periods: number } | undefined;
  /** Share of the open files limit. */
  readonly openFiles: number | undefined;
}

/** @param startMs clock time at the start of the run */
export function windowOf(before: GeneratorSample, now: GeneratorSample, startMs: number): SampleWindow {
  const ms = now.atMs - before.atMs;
  const earlier = new Map(before.snapshot.jobs.map((job) => [jobKey(job), job]));
  // The steps of a scenario have no schedule; its iterations fail with them.
  const jobs = scheduledParts(now.snapshot.jobs).flatMap((job) => {
    const was = earlier.get(jobKey(job));
    return wasLive(was, job) ? [jobWindow(was, job, ms)] : [];
  });
  return {
    endSeconds: (now.atMs - startMs) / 1000,
    seconds: ms / 1000,
    mainLateMs: Math.max(0, ms - LOOK_EVERY_MS),
    ...clockWindow(before.clocks, now.clocks, ms),
    threads: now.threads.map((thread, index) => threadWindow(before.threads[index] ?? thread, thread, ms)),
    jobs,
    steal: stealOf(before.machine, now.machine),
    throttled: throttledOf(before.machine, now.machine, ms),
    openFiles: now.files && now.files.open / now.files.limit,
  };
}

/** Sampling interval of the main thread. */
const LOOK_EVERY_MS = 1000;

function clockWindow(
  before: Clocks,
  now: Clocks,
  ms: number,
): Pick<SampleWindow, 'cpuMs' | 'suspendedMs' | 'isClockKnown'> {
  const isClockKnown = before.uptimeMs !== undefined && now.uptimeMs !== undefined;
  const passedMs = isClockKnown ? now.uptimeMs - before.uptimeMs : now.wallMs - before.wallMs;
  return { cpuMs: now.cpuMs - before.cpuMs, suspendedMs: Math.max(0, passedMs - ms), isClockKnown };
}

function threadWindow(before: ThreadSample, now: ThreadSample, ms: number): ThreadWindow {
  // The event loop counts as active a sleep without it.
  const slept = now.pulse.sleptMs - before.pulse.sleptMs;
  const active = Math.max(0, now.loop.active - before.loop.active - slept);
  const idle = now.loop.idle - before.loop.idle + slept;
  const share = (spentMs: number): number => Math.min(1, Math.max(0, spentMs / ms));
  return {
    utilization: active + idle > 0 ? Math.min(1, active / (active + idle)) : 0,
    blocked: share(now.pulse.blockedMs - before.pulse.blockedMs),
    stoppedMs: now.pulse.blockedMs - before.pulse.blockedMs,
    longestStopMs: now.pulse.longestMs,
    late: now.pulse.lateMs.map((lateMs, index) => share(lateMs - (before.pulse.lateMs[index] ?? 0))),
    cpuWait:
      now.cpuWaitMs === undefined || before.cpuWaitMs === undefined
        ? undefined
        : share(now.cpuWaitMs - before.cpuWaitMs),
  };
}

/** Whether anything of a job can have happened between two snapshots: most of 10,000 jobs are over or to come. */
function wasLive(before: JobSnapshot | undefined, now: JobSnapshot): boolean {
  return now.status !== 'pending' && (before === undefined || before.endedEpochMs === undefined);
}

const jobsByKey = new WeakMap<SampleWindow, ReadonlyMap<string, JobWindow>>();

/** The same job's part of another window; `undefined`: it was not live then. */
export function jobIn(window: SampleWindow, job: WindowedJob): JobWindow | undefined {
  const known = jobsByKey.get(window) ?? new Map(window.jobs.map((one) => [jobKey(one.job), one]));
  jobsByKey.set(window, known);
  return known.get(jobKey(job));
}

/** Minimum share of the window that a job must cover to be evaluated. */
const BETTER_PART = 0.5;

function jobWindow(before: JobSnapshot | undefined, job: JobSnapshot, ms: number): JobWindow {
  const { name, uuid, type, step, measured, status, elapsedMs } = job;
  const was = before?.measured;
  const isInProgress = status === 'in_progress';
  return {
    job: { name, uuid, type, step },
    steady: isInProgress && elapsedMs - (before?.elapsedMs ?? 0) >= ms * BETTER_PART,
    paced: measured.lag !== undefined,
    activeMs: elapsedMs - (before?.elapsedMs ?? 0),
    started: measured.started - (was?.started ?? 0),
    requests: requestsOf(measured) - (was === undefined ? 0 : requestsOf(was)),
    exhaustedRequests: measured.errors.client_resource - (was?.errors.client_resource ?? 0),
    lag: since(was?.lag?.latency, measured.lag?.latency),
    response: since(was?.response?.latency, measured.response?.latency),
  };
}

function since(before: LatencyCounts | undefined, now: LatencyCounts | undefined): LatencyCounts | undefined {
  return before === undefined ? now : now?.minus(before);
}

function stealOf({ cpu: before }: SystemReading, { cpu: now }: SystemReading): number | undefined {
  if (before === undefined || now === undefined) return undefined;
  const total = now.total - before.total;
  return total > 0 ? Math.max(0, now.stolen - before.stolen) / total : 0;
}

function throttledOf(before: SystemReading, now: SystemReading, ms: number): SampleWindow['throttled'] {
  const groups = now.throttling.flatMap((group, index) => {
    const was = before.throttling[index];
    if (group === undefined || was === undefined) return [];
    const periods = group.periods - was.periods;
    return {
      time: Math.min(1, (group.throttledMs - was.throttledMs) / ms),
      periods: periods > 0 ? (group.throttledPeriods - was.throttledPeriods) / periods : 0,
    };
  });
  return groups.toSorted((a, b) => b.time - a.time)[0];
}
