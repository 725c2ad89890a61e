import { formatMs } from '../../core/units.ts';
import type { Sighting } from '../finding.ts';
import type { Window } from '../window.ts';

/** A stop of this length, in milliseconds, is one at once, however seldom it comes. */
const STOP_MS = 1000;

const HINT =
  'do not stop or suspend the process or its machine during a run; if that did not happen, look for swapped memory and a busy host';

/**
 * A process, a load thread or a machine that stood still for a second and more at a time. Such a stop is one event, so it
 * needs no second one. Durations in it are as long as the stop, and requests were not sent in it.
 * @param recent the oldest first
 */
export function seeFrozen(recent: readonly Window[]): readonly Sighting[] {
  const [previous, newest] = recent.length > 1 ? recent.slice(-2) : [undefined, recent.at(-1)];
  if (newest === undefined || !(isActive(newest) || (previous !== undefined && isActive(previous)))) return [];
  return [...seeSuspended(newest), ...seeStopped(previous, newest)];
}

function seeSuspended({ suspendedMs, isClockKnown }: Window): readonly Sighting[] {
  if (suspendedMs < STOP_MS) return [];
  const time = formatMs(suspendedMs);
  return isClockKnown
    ? [frozen(suspendedMs, `this machine was suspended for ${time}`)]
    : [
        {
          ...frozen(suspendedMs, `the system's clock went on by ${time} that this process did not see`),
          severity: 'note',
          hint: 'the machine was suspended, or its clock was set',
        },
      ];
}

/** Threads beat, and the main thread looks, in any order after a stop: so two looks are taken together. */
function seeStopped(previous: Window | undefined, newest: Window): readonly Sighting[] {
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
  // A timer is late by what is left of the stop when it falls due.
  if (Math.min(mainLateMs, ...stops) >= STOP_MS / 2) {
    const cpuMs = newest.cpuMs + (previous?.cpuMs ?? 0);
    return [
      frozen(
        worstMs,
        `the whole process stood still for ${formatMs(worstMs)}: all of its threads at once, with ${formatMs(cpuMs)} of CPU time around it`,
      ),
    ];
  }
  return [frozen(worstMs, `load thread ${stops.indexOf(worstMs)} stood still for ${formatMs(worstMs)} at once`)];
}

function frozen(ms: number, message: string): Sighting {
  const seconds = ms / 1000;
  const about = { signal: 'frozen', severity: 'invalid', job: undefined, unit: 'seconds', hint: HINT } as const;
  return { ...about, value: seconds, seconds, message };
}

/** Whether measured load went on in it, also where a job ended in the stop. */
function isActive({ jobs }: Window): boolean {
  return jobs.some(({ activeMs }) => activeMs > 0);
}
