import type { Clock } from '../core/clock.ts';

/**
 * How punctual a load thread is, in memory that the main thread reads: 64-bit floats. All are written by the load thread, but
 * `ASKED`, by which the main thread starts another search for the longest.
 */
const THREAD_ID = 0;
const BLOCKED_MS = 1;
const LONGEST_MS = 2;
const ASKED = 3;
/** `LATE + index into LATE_LIMITS_MS`: milliseconds during which the thread was later than that. */
const LATE = 4;

/** Ascending, from where the coarseness of timers ends to what everybody notices. */
export const LATE_LIMITS_MS = [2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

/**
 * Often enough that a stop of a fifth of a second cannot hide between two beats, seldom enough not to matter: 21
 * times a second. A prime, because stops that come in a rhythm of their own (a quota has periods of 100 ms) would be met always
 * or never.
 */
export const BEAT_MS = 47;

/** What a saturated loop does between two looks at its timers: its own work, and no stop. */
const OWN_WORK_MS = 60;
const OWN_WORK_PER_CONNECTION_MS = 0.02;

/** What a pulse has told so far; milliseconds. */
export interface PulseReading {
  /** The operating system's number of the thread; 0: unknown. */
  readonly threadId: number;
  /** Time in stops, each longer than the thread's own work would take. */
  readonly blockedMs: number;
  /** The longest delay of a beat since the reading before. */
  readonly longestMs: number;
  /** Time during which whatever was due had to wait for longer than each of `LATE_LIMITS_MS`. */
  readonly lateMs: readonly number[];
}

export function allocatePulse(): SharedArrayBuffer {
  return new SharedArrayBuffer((LATE + LATE_LIMITS_MS.length) * Float64Array.BYTES_PER_ELEMENT);
}

export function readPulse(memory: SharedArrayBuffer): PulseReading {
  const slots = new Float64Array(memory);
  const reading = {
    threadId: slots[THREAD_ID] ?? 0,
    blockedMs: slots[BLOCKED_MS] ?? 0,
    longestMs: slots[LONGEST_MS] ?? 0,
    lateMs: [...slots.subarray(LATE)],
  };
  slots[ASKED] = (slots[ASKED] ?? 0) + 1;
  return reading;
}

interface PulseOptions {
  readonly memory: SharedArrayBuffer;
  /** Of the thread itself, so that its beats come as its other timers do. */
  readonly clock: Clock;
  /** The operating system's number of this thread; 0: unknown. */
  readonly threadId: number;
  /** The most that the thread serves at a time. */
  readonly connections: number;
}

/**
 * Beats for as long as its thread lives. A beat that comes late says how late anything else would have been that fell due in the
 * meantime, whatever held the thread up: its own work, somebody else's code, or a CPU that others had.
 */
export function startPulse({ memory, clock, threadId, connections }: PulseOptions): void {
  const slots = new Float64Array(memory);
  const ownWorkMs = OWN_WORK_MS + OWN_WORK_PER_CONNECTION_MS * connections;
  let asked = 0;
  slots[THREAD_ID] = threadId;
  const beat = (dueMs: number): void => {
    const nowMs = clock.nowMs();
    const lateMs = nowMs - dueMs;
    if (slots[ASKED] !== asked) {
      asked = slots[ASKED] ?? 0;
      slots[LONGEST_MS] = 0;
    }
    slots[LONGEST_MS] = Math.max(slots[LONGEST_MS] ?? 0, lateMs);
    if (lateMs > ownWorkMs) slots[BLOCKED_MS] = (slots[BLOCKED_MS] ?? 0) + lateMs;
    for (let index = 0; index < LATE_LIMITS_MS.length; index++) {
      const limitMs = LATE_LIMITS_MS[index]!; // inside the list
      if (lateMs <= limitMs) break;
      // What fell due since the beat was due waited for what was left of the delay; the beat itself stands for the time
      // before it, of which it is a sample.
      slots[LATE + index] = (slots[LATE + index] ?? 0) + lateMs - limitMs + Math.min(BEAT_MS, lateMs);
    }
    wait(nowMs);
  };
  const wait = (fromMs: number): void => void clock.after(BEAT_MS, () => beat(fromMs + BEAT_MS));
  wait(clock.nowMs());
}
