import { formatShare } from '../../core/units.ts';
import type { Sighting, Signal } from '../finding.ts';
import { LATE_LIMITS_MS } from '../pulse.ts';
import type { Window } from '../window.ts';
import { held } from './held.ts';
import { isLoaded, isUnpaced } from './load.ts';

interface MachineSignal {
  readonly signal: Signal;
  /** The share that is looked at; `undefined`: not known, or none to speak of. */
  readonly shareOf: (window: Window) => number | undefined;
  /** Worth a word from here on. */
  readonly least: number;
  /** Whether it spoils a job that sends as fast as it can; a paced one is spoilt by what comes late of it. */
  readonly spoils: (window: Window) => boolean;
  readonly say: (share: string) => string;
  readonly hint: string;
}

/** A quota that is met now and then is what quotas are for. */
const LEAST_PERIODS = 0.1;

/** Milliseconds that are more than a scheduler's turn or two, and the share of the time that they are waited for. */
const STOP_MS = 10;
const STOP_SHARE = 0.1;

/** Whether a thread is kept from running for long at a time, not only a moment each time. */
function standsStill({ threads }: Window): boolean {
  return threads.some(({ late }) => (late[LATE_LIMITS_MS.indexOf(STOP_MS)] ?? 0) >= STOP_SHARE);
}

/** What others do to the CPUs that this generator runs on: the strongest explanation first. */
const MACHINE_SIGNALS: readonly MachineSignal[] = [
  {
    signal: 'throttled',
    shareOf: ({ throttled }) =>
      throttled !== undefined && throttled.periods >= LEAST_PERIODS ? throttled.time : undefined,
    least: 0.1,
    // Everything stands still then, and that is in the latencies.
    spoils: () => true,
    say: (share) => `its CPU quota was used up for ${share} of a second`,
    hint: 'raise the CPU limit of its container or control group, or ask for less load',
  },
  {
    signal: 'stolen',
    shareOf: ({ steal }) => steal,
    least: 0.1,
    spoils: standsStill,
    say: (share) => `the host gave ${share} of this machine's CPU time to others`,
    hint: 'use a machine whose CPUs are its own, or try at another time',
  },
  {
    signal: 'starved',
    shareOf: ({ threads }) => Math.max(0, ...threads.map(({ cpuWait }) => cpuWait ?? 0)),
    least: 0.3,
    // Beside a target on the same machine a thread may well wait for two thirds of its time, a moment each time.
    spoils: standsStill,
    say: (share) => `a load thread waited for a CPU for ${share} of a second, while others ran`,
    hint: 'something else uses the CPU: stop it, or let the target or this generator run elsewhere',
  },
];
/** Of the last four seconds. */
const TIMES = 3;

/** @param spoilt whether an effect on the load was seen: what the machine does is then the reason, else only a note */
export function seeMachine(recent: readonly Window[], spoilt: boolean): readonly Sighting[] {
  for (const { signal, shareOf, least, spoils, say, hint } of MACHINE_SIGNALS) {
    const isSeen = (window: Window): boolean => isLoaded(window) && (shareOf(window) ?? 0) >= least;
    const newest = recent.at(-1);
    if (newest === undefined || !held(recent, TIMES, isSeen)) continue;
    const value = shareOf(newest) ?? 0;
    const isSpoiling = (window: Window): boolean => isSeen(window) && isUnpaced(window) && spoils(window);
    const severity = spoilt || held(recent, TIMES, isSpoiling) ? 'invalid' : 'note';
    // To be throttled is to wait for a CPU: what explains it is enough.
    return [{ signal, severity, job: undefined, value, unit: 'share', message: say(formatShare(value, 1)), hint }];
  }
  return [];
}
