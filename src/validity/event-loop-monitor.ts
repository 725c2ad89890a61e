import type { Clock } from '../shared/clock.ts';

/**
 * Event loop delays of a load thread in shared memory: 64-bit floats. Written by the load thread, except `RESET_COUNT`, with
 * which the main thread resets the maximum.
 */
const THREAD_ID = 0;
const BLOCKED_MS = 1;
const LONGEST_MS = 2;
const RESET_COUNT = 3;
const SLEPT_MS = 4;
/** `LATE + index into LATE_LIMITS_MS`: milliseconds in which the thread was later than the limit. */
const LATE = 5;

/** Ascending, from the resolution of timers to delays of seconds. */
export const LATE_LIMITS_MS = [2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

/**
 * 21 samples a second: a block of 200 ms is always sampled, at negligible cost. A prime number: periodic blocks (a
 * quota has periods of 100 ms) would otherwise be sampled always or never.
 */
export const TICK_MS = 47;

/** Upper bound of the own work of a saturated event loop between two timer checks. */
const OWN_WORK_MS = 60;
const OWN_WORK_PER_EVENT_MS = 0.02;
/**
 * libuv takes this number of events at a time. Timers are checked when there were fewer, or after the 48th time: a
 * saturated thread with more connections handles many responses of each before the next check.
 */
const EVENTS_AT_ONCE = 1024;
const MAX_EVENTS = 48 * EVENTS_AT_ONCE;

/** Totals of a monitor; milliseconds. */
export interface EventLoopReading {
  /** Thread id of the operating system; 0: unknown. */
  readonly threadId: number;
  /** Total time of blocks, each longer than the thread's own work takes. */
  readonly blockedMs: number;
  /** Maximum delay of a sample since the previous read. */
  readonly longestMs: number;
  /** Total time that the thread slept without its event loop, which counts it as active. */
  readonly sleptMs: number;
  /** Time in which due timers were delayed by more than each of `LATE_LIMITS_MS`. */
  readonly lateMs: readonly number[];
}

export function allocateEventLoopMonitor(): SharedArrayBuffer {
  return new SharedArrayBuffer((LATE + LATE_LIMITS_MS.length) * Float64Array.BYTES_PER_ELEMENT);
}

export function readEventLoopMonitor(memory: SharedArrayBuffer): EventLoopReading {
  const slots = new Float64Array(memory);
  const reading = {
    threadId: slots[THREAD_ID] ?? 0,
    blockedMs: slots[BLOCKED_MS] ?? 0,
    longestMs: slots[LONGEST_MS] ?? 0,
    sleptMs: slots[SLEPT_MS] ?? 0,
    lateMs: [...slots.subarray(LATE)],
  };
  slots[RESET_COUNT] = (slots[RESET_COUNT] ?? 0) + 1;
  return reading;
}

/** Returns a function that adds to the time that the thread slept without its event loop. */
export function sleepCounter(memory: SharedArrayBuffer): (sleptMs: number) => void {
  const slots = new Float64Array(memory);
  return (sleptMs) => {
    slots[SLEPT_MS] = (slots[SLEPT_MS] ?? 0) + sleptMs;
  };
}

interface PulseOptions {
  readonly memory: SharedArrayBuffer;
  /** Clock of the load thread, so that samples have the same delays as its other timers. */
  readonly clock: Clock;
  /** Thread id of the operating system; 0: unknown. */
  readonly threadId: number;
  /** Number of concurrent connections of the thread. */
  readonly connections: number;
}

/**
 * Samples the event loop delay for the lifetime of the thread. A late sample measures the delay of everything else that
 * came due in the meantime, for any cause: own work, foreign code, or a CPU used by others.
 */
export function startEventLoopMonitor({ memory, clock, threadId, connections }: PulseOptions): void {
  const slots = new Float64Array(memory);
  const ownWorkMs = OWN_WORK_MS + OWN_WORK_PER_EVENT_MS * (connections < EVENTS_AT_ONCE ? connections : MAX_EVENTS);
  let asked = 0;
  slots[THREAD_ID] = threadId;
  const beat = (dueMs: number): void => {
    const nowMs = clock.nowMs();
    const lateMs = nowMs - dueMs;
    if (slots[RESET_COUNT] !== asked) {
      asked = slots[RESET_COUNT] ?? 0;
      slots[LONGEST_MS] = 0;
    }
    slots[LONGEST_MS] = Math.max(slots[LONGEST_MS] ?? 0, lateMs);
    if (lateMs > ownWorkMs) slots[BLOCKED_MS] = (slots[BLOCKED_MS] ?? 0) + lateMs;
    for (let index = 0; index < LATE_LIMITS_MS.length; index++) {
      const limitMs = LATE_LIMITS_MS[index]!; // inside the list
      if (lateMs <= limitMs) break;
      // Timers that came due after the sample waited for the rest of the delay; the sample itself represents the
      // interval before it.
      slots[LATE + index] = (slots[LATE + index] ?? 0) + lateMs - limitMs + Math.min(TICK_MS, lateMs);
    }
    wait(nowMs);
  };
  const wait = (fromMs: number): void => void clock.after(TICK_MS, () => beat(fromMs + TICK_MS));
  wait(clock.nowMs());
}
