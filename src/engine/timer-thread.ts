import { readlinkSync, writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { systemClock } from '../shared/clock.ts';
import { DUE, FIRED, SCHEDULED, timerMemory, WAKES } from './precise-clock.ts';

/** Longest interval between two due times after which the thread expects another one, in milliseconds. */
const LONGEST_REPEAT_MS = 20;
/** Tolerance of the kernel's timers for this thread, in nanoseconds; the default of 50,000 delays each wake-up by it. */
const TIMER_SLACK_NS = 1000;

/** Reduces the tolerance of the kernel's timers for this thread, on Linux. */
function reduceTimerSlack(): void {
  try {
    const [, thread] = /(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    writeFileSync(`/proc/${thread}/timerslack_ns`, String(TIMER_SLACK_NS));
  } catch {
    // Other systems have no such file.
  }
}

// Loop of the sleeping thread: sleeps until the due time, fires, and sleeps until the next due time is expected, or
// until it is notified. Ends when it is terminated.
reduceTimerSlack();
const { counters, times } = timerMemory(workerData as SharedArrayBuffer);
const clock = systemClock();

for (let fired = -1, firedDueMs = -Infinity, expectedMs = Infinity; ;) {
  const order = Atomics.load(counters, SCHEDULED);
  const nowMs = clock.nowMs();
  const dueMs = order === fired ? Infinity : times[DUE]!; // has both times
  if (dueMs <= nowMs) {
    fired = order;
    const intervalMs = dueMs - firedDueMs;
    firedDueMs = dueMs;
    expectedMs = intervalMs <= LONGEST_REPEAT_MS ? dueMs + intervalMs : Infinity;
    Atomics.add(counters, FIRED, 1);
    Atomics.notify(counters, FIRED);
    continue;
  }
  // Nothing is due at an expected time that has passed: the next due time comes with a notification.
  if (expectedMs <= nowMs) expectedMs = Infinity;
  const wakesMs = Math.min(dueMs, expectedMs);
  times[WAKES] = wakesMs;
  Atomics.wait(counters, SCHEDULED, order, wakesMs - nowMs);
}
