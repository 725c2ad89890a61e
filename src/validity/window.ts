import { type Distribution, type JobSnapshot, jobKey, requestsOf, type Snapshot } from '../recorder/snapshot.ts';
import type { Clocks } from './clocks.ts';
import type { MachineReading } from './machine/machine.ts';
import type { PulseReading } from './pulse.ts';

type LatencyCounts = Distribution['latency'];

/** What a load thread has told so far. */
interface ThreadReading {
  readonly pulse: PulseReading;
  /** Milliseconds that its event loop was idle and active. */
  readonly loop: { readonly idle: number; readonly active: number };
  /** Milliseconds that it was ready to run and had no CPU; `undefined`: not known here. */
  readonly cpuWaitMs: number | undefined;
}

/** Everything that is looked at, at one instant. */
export interface Reading {
  /** The clock's. */
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly threads: readonly ThreadReading[];
  readonly machine: MachineReading;
  readonly clocks: Clocks;
  /** `undefined`: not known here. */
  readonly files: { readonly open: number; readonly limit: number } | undefined;
}

/** A load thread's last second. Shares are of its time. */
export interface ThreadWindow {
  readonly utilization: number;
  readonly blocked: number;
  /** Milliseconds in stops, each longer than the thread's own work would take. */
  readonly stoppedMs: number;
  readonly longestStopMs: number;
  /** Share of the time during which whatever fell due had to wait longer than each of `LATE_LIMITS_MS`. */
  readonly late: readonly number[];
  readonly cpuWait: number | undefined;
}

/** What one job, or one type of request of a mixed one, did in the last second. */
export interface JobWindow {
  readonly job: JobSnapshot;
  /** Whether it sent measured load for the better part of it, and to its end. */
  readonly steady: boolean;
  readonly paced: boolean;
  /** Milliseconds of measured load in it. */
  readonly activeMs: number;
  readonly started: number;
  readonly requests: number;
  /** Requests that failed because this machine was out of something. */
  readonly unable: number;
  /** Of requests started in the window; paced jobs. */
  readonly lag: LatencyCounts | undefined;
  /** Of requests done in it; paced jobs. */
  readonly response: LatencyCounts | undefined;
}

/** The difference of two readings, about a second apart: all that detectors see. */
export interface Window {
  /** Seconds from the start of the run to its end. */
  readonly endSeconds: number;
  readonly seconds: number;
  /** Milliseconds by which the main thread looked later than it was to, a second after it had looked before. */
  readonly mainLateMs: number;
  /** CPU time of the process in it, milliseconds. */
  readonly cpuMs: number;
  /** Milliseconds for which the machine was suspended in it, which no monotonic clock counts. */
  readonly suspendedMs: number;
  /** Whether the machine's uptime says so; `false`: the system's clock does, which may have been set. */
  readonly isClockKnown: boolean;
  readonly threads: readonly ThreadWindow[];
  readonly jobs: readonly JobWindow[];
  /** Share of the machine's CPU time. */
  readonly steal: number | undefined;
  /** Of the group that was throttled most: shares of the time, and of the periods in which it wanted to run. */
  readonly throttled: { readonly time: number; readonly periods: number } | undefined;
  /** Share of the files that may be open. */
  readonly openFiles: number | undefined;
}

/** @param startMs the clock's time when the run began */
export function windowOf(before: Reading, now: Reading, startMs: number): Window {
  const ms = now.atMs - before.atMs;
  return {
    endSeconds: (now.atMs - startMs) / 1000,
    seconds: ms / 1000,
    mainLateMs: Math.max(0, ms - LOOK_EVERY_MS),
    ...clockWindow(before.clocks, now.clocks, ms),
    threads: now.threads.map((thread, index) => threadWindow(before.threads[index] ?? thread, thread, ms)),
    jobs: now.snapshot.jobs.map((job) => jobWindow(findJob(before.snapshot, job), job, ms)),
    steal: stealOf(before.machine, now.machine),
    throttled: throttledOf(before.machine, now.machine, ms),
    openFiles: now.files && now.files.open / now.files.limit,
  };
}

/** How often the main thread looks. */
const LOOK_EVERY_MS = 1000;

function clockWindow(before: Clocks, now: Clocks, ms: number): Pick<Window, 'cpuMs' | 'suspendedMs' | 'isClockKnown'> {
  const isClockKnown = before.uptimeMs !== undefined && now.uptimeMs !== undefined;
  const passedMs = isClockKnown ? now.uptimeMs - before.uptimeMs : now.wallMs - before.wallMs;
  return { cpuMs: now.cpuMs - before.cpuMs, suspendedMs: Math.max(0, passedMs - ms), isClockKnown };
}

function threadWindow(before: ThreadReading, now: ThreadReading, ms: number): ThreadWindow {
  const active = now.loop.active - before.loop.active;
  const idle = now.loop.idle - before.loop.idle;
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

function findJob({ jobs }: Snapshot, job: JobSnapshot): JobSnapshot | undefined {
  return jobs.find((one) => jobKey(one) === jobKey(job));
}

/** The job began after the window did: what it did in the better part of it counts. */
const BETTER_PART = 0.5;

function jobWindow(before: JobSnapshot | undefined, job: JobSnapshot, ms: number): JobWindow {
  const { measured, status, elapsedMs } = job;
  const was = before?.measured;
  const isInProgress = status === 'in_progress';
  return {
    job,
    steady: isInProgress && elapsedMs - (before?.elapsedMs ?? 0) >= ms * BETTER_PART,
    paced: measured.lag !== undefined,
    activeMs: elapsedMs - (before?.elapsedMs ?? 0),
    started: measured.started - (was?.started ?? 0),
    requests: requestsOf(measured) - (was === undefined ? 0 : requestsOf(was)),
    unable: measured.errors.client_resource - (was?.errors.client_resource ?? 0),
    lag: since(was?.lag?.latency, measured.lag?.latency),
    response: since(was?.response?.latency, measured.response?.latency),
  };
}

function since(before: LatencyCounts | undefined, now: LatencyCounts | undefined): LatencyCounts | undefined {
  return before === undefined ? now : now?.minus(before);
}

function stealOf({ cpu: before }: MachineReading, { cpu: now }: MachineReading): number | undefined {
  if (before === undefined || now === undefined) return undefined;
  const total = now.total - before.total;
  return total > 0 ? Math.max(0, now.stolen - before.stolen) / total : 0;
}

function throttledOf(before: MachineReading, now: MachineReading, ms: number): Window['throttled'] {
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
