import { formatShare, formatCountOf } from '../../shared/units.ts';
import type { Detection, Signal } from '../finding.ts';
import { LATE_LIMITS_MS } from '../event-loop-monitor.ts';
import type { SampleWindow } from '../window.ts';
import { isSustained, isLoaded, isUnpaced } from './load.ts';

interface MachineSignal {
  readonly signal: Signal;
  /** Share of the signal; `undefined`: unknown or negligible. */
  readonly shareOf: (window: SampleWindow) => number | undefined;
  /** Minimum share to report. */
  readonly least: number;
  /** Whether the signal invalidates an unpaced job; a paced job is invalidated by late requests. */
  readonly invalidates: (window: SampleWindow) => boolean;
  readonly describeShare: (share: string) => string;
  readonly hint: string;
}

/** Minimum share of throttled periods; occasional throttling is normal. */
const LEAST_PERIODS = 0.1;

/** Delay in milliseconds beyond a few scheduler time slices, and its minimum share of a second. */
const STOP_MS = 10;
const STOP_SHARE = 0.1;

/** Whether a thread is delayed for long periods, not only for one time slice. */
function isStalled({ threads }: SampleWindow): boolean {
  return threads.some(({ late }) => (late[LATE_LIMITS_MS.indexOf(STOP_MS)] ?? 0) >= STOP_SHARE);
}

/** Effects of other processes and machines on the CPUs of this generator, strongest explanation first. */
const MACHINE_SIGNALS: readonly MachineSignal[] = [
  {
    signal: 'throttled',
    shareOf: ({ throttled }) =>
      throttled !== undefined && throttled.periods >= LEAST_PERIODS ? throttled.time : undefined,
    least: 0.1,
    // Throttling stops all threads, which affects latencies.
    invalidates: () => true,
    describeShare: (share) => `the CPU quota was exhausted for ${share} of a second`,
    hint: 'raise the CPU limit of the container or control group, or reduce the load',
  },
  {
    signal: 'stolen',
    shareOf: ({ steal }) => steal,
    least: 0.1,
    invalidates: isStalled,
    describeShare: (share) => `the host gave ${share} of this machine's CPU time to other machines`,
    hint: 'use a machine with dedicated CPUs, or run at another time',
  },
  {
    signal: 'starved',
    shareOf: ({ threads }) => Math.max(0, ...threads.map(({ cpuWait }) => cpuWait ?? 0)),
    least: 0.3,
    // With the target on the same machine, a thread may wait for two thirds of the time, one time slice each.
    invalidates: isStalled,
    describeShare: (share) => `a load thread waited for a CPU for ${share} of a second while others ran`,
    hint: 'other processes use the CPU: stop them, or run the target or the agent on another machine',
  },
];
/** In 3 of the last 4 seconds. */
const TIMES = 3;

/**
 * Detects the machine's effects on the load.
 * @param spoilt whether an effect on the load was detected; the machine is then its cause, otherwise a note
 */
export function detectMachine(recent: readonly SampleWindow[], spoilt: boolean): readonly Detection[] {
  for (const { signal, shareOf, least, invalidates, describeShare, hint } of MACHINE_SIGNALS) {
    const isSeen = (window: SampleWindow): boolean => isLoaded(window) && (shareOf(window) ?? 0) >= least;
    const newest = recent.at(-1);
    if (newest === undefined || !isSustained(recent, TIMES, isSeen)) continue;
    const value = shareOf(newest) ?? 0;
    const isSpoiling = (window: SampleWindow): boolean => isSeen(window) && isUnpaced(window) && invalidates(window);
    const severity = spoilt || isSustained(recent, TIMES, isSpoiling) ? 'invalid' : 'note';
    // Reports the first cause only: throttling implies waiting for a CPU.
    return [
      { signal, severity, job: undefined, value, unit: 'share', message: describeShare(formatShare(value, 1)), hint },
    ];
  }
  return [];
}

const NEARLY_ALL = 0.9;
/** Minimum number of the generator's own failures in a second, and their minimum share. */
const LEAST_FAILURES = 10;
const LEAST_FAILED_SHARE = 0.01;

/** Detects exhausted files, ports or memory of this machine. */
export function detectResources(recent: readonly SampleWindow[]): readonly Detection[] {
  const newest = recent.at(-1);
  if (newest === undefined) return [];
  const hint = 'raise the limit of open files (`ulimit -n`), or use fewer connections';
  const unable = newest.jobs.flatMap(({ job, exhaustedRequests: value, requests }): Detection[] => {
    if (value < LEAST_FAILURES || value < requests * LEAST_FAILED_SHARE) return [];
    const message = `${formatCountOf(value, 'request')} in one second failed because this machine ran out of files, ports or memory`;
    return [{ signal: 'resources', severity: 'invalid', job, value, unit: 'requests', message, hint }];
  });
  const { openFiles = 0 } = newest;
  if (unable.length > 0 || openFiles < NEARLY_ALL) return unable;
  const message = `${formatShare(openFiles, 1)} of the open files limit is in use`;
  return [{ signal: 'resources', severity: 'note', job: undefined, value: openFiles, unit: 'share', message, hint }];
}
