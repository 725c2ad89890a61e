import { readlinkSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { ReadText } from './read-file.ts';

/** Thread id of the calling thread in the operating system; 0 if unknown. On Linux the link is `1234/task/1240`. */
export function readThreadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0;
  } catch {
    return 0;
  }
}

/** Gives the calling thread the lowest priority, where the system has priorities of threads. */
export function lowerThreadPriority(): void {
  const id = readThreadId();
  if (id === 0) return;
  try {
    setPriority(id, constants.priority.PRIORITY_LOW);
  } catch {
    // Not permitted: it works with its priority.
  }
}

/**
 * Reads the milliseconds in which a thread was ready to run and had no CPU, because other threads ran or the quota was
 * exhausted; `undefined` if unknown on this system. Second number of Linux's `schedstat`, in nanoseconds.
 * @param threadId thread id of the operating system
 */
export function readCpuWaitMs(threadId: number, readText: ReadText): number | undefined {
  const [, waited] = readText(`/proc/self/task/${threadId}/schedstat`)?.split(' ') ?? [];
  return waited === undefined ? undefined : Number(waited) / 1e6;
}

/** Tolerance of the kernel's timers for threads that wake at exact times, in nanoseconds; the default of 50,000 delays each. */
const TIMER_SLACK_NS = 1000;

/** Reduces the tolerance of the kernel's timers for the calling thread, on Linux. */
export function reduceTimerSlack(): void {
  try {
    writeFileSync(`/proc/${readThreadId()}/timerslack_ns`, String(TIMER_SLACK_NS));
  } catch {
    // Other systems have no such file.
  }
}
