import { formatMs } from '../../shared/units.ts';
import type { Detection } from '../finding.ts';
import type { SampleWindow } from '../window.ts';

/** Minimum length of a stall in milliseconds; a single one is sufficient. */
const STOP_MS = 1000;

const HINT =
  'do not stop or suspend the process or its machine during a run; otherwise check for swapped memory and a busy host';

/**
 * Detects a process, load thread or machine that stalled for at least one second. A stall is a single event, so it is
 * not required to repeat. Durations include the stall, and no requests were sent during it.
 * @param recent oldest first
 */
export function detectFrozen(recent: readonly SampleWindow[]): readonly Detection[] {
  const [previous, newest] = recent.length > 1 ? recent.slice(-2) : [undefined, recent.at(-1)];
  if (newest === undefined || !(isActive(newest) || (previous !== undefined && isActive(previous)))) return [];
  return [...detectSuspended(newest), ...detectStall(previous, newest)];
}

function detectSuspended({ suspendedMs, isClockKnown }: SampleWindow): readonly Detection[] {
  if (suspendedMs < STOP_MS) return [];
  const time = formatMs(suspendedMs);
  return isClockKnown
    ? [frozen(suspendedMs, `this machine was suspended for ${time}`)]
    : [
        {
          ...frozen(suspendedMs, `the system clock advanced by ${time} without this process running`),
          severity: 'note',
          hint: 'the machine was suspended, or its clock was set',
        },
      ];
}

/** After a stall, load threads and the main thread sample in any order, so two windows are combined. */
function detectStall(previous: SampleWindow | undefined, newest: SampleWindow): readonly Detection[] {
  const isNew = newest.threads.some(({ stoppedMs }) => stoppedMs >= STOP_MS);
  if (!isNew) return [];
  const stops = newest.threads.map(({ stoppedMs, longestStopMs }, index) => {
    const before = previous?.threads[index];
    const longest = (known: Pick<(typeof newest.threads)[number], 'stoppedMs' | 'longestStopMs'>): number =>
      Math.min(known.stoppedMs, known.longestStopMs);
    return Math.max(longest({ stoppedMs, longestStopMs }), before === undefined ? 0 : longest(before));
  });
  const worstMs = Math.max(...stops);
  if (worstMs < STOP_MS) return [];
  const mainLateMs = Math.max(newest.mainLateMs, previous?.mainLateMs ?? 0);
  // A timer is delayed by the part of the stall after its due time.
  if (Math.min(mainLateMs, ...stops) >= STOP_MS / 2) {
    const cpuMs = newest.cpuMs + (previous?.cpuMs ?? 0);
    return [
      frozen(
        worstMs,
        `the whole process stalled for ${formatMs(worstMs)}: all threads at once, with ${formatMs(cpuMs)} of CPU time around it`,
      ),
    ];
  }
  return [frozen(worstMs, `load thread ${stops.indexOf(worstMs)} stalled for ${formatMs(worstMs)}`)];
}

function frozen(ms: number, message: string): Detection {
  const seconds = ms / 1000;
  const about = { signal: 'frozen', severity: 'invalid', job: undefined, unit: 'seconds', hint: HINT } as const;
  return { ...about, value: seconds, seconds, message };
}

/** Whether measured load ran in the window, including a job that ended during the stall. */
function isActive({ jobs }: SampleWindow): boolean {
  return jobs.some(({ activeMs }) => activeMs > 0);
}
