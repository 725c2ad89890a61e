import { hrtime } from 'node:process';
import { performance } from 'node:perf_hooks';

/** A timer that can be canceled. */
export interface Timer {
  cancel(): void;
}

/**
 * Source of time. `nowMs` is monotonic and equal on all threads of the process; all durations are computed from it.
 * Tests inject a clock that they advance manually.
 */
export interface Clock {
  /** Monotonic milliseconds with sub-microsecond resolution; the origin is arbitrary and shared by all threads. */
  nowMs(): number;
  /**
   * Milliseconds since the Unix epoch on the system clock, which may be set backwards. Timestamps of samples come from
   * an `EpochClock`.
   */
  epochMs(): number;
  /**
   * Calls `fire` once after about `delayMs`. Timers have a resolution of one millisecond and may fire slightly early; a
   * caller that needs the exact time checks the clock and waits again.
   */
  after(delayMs: number, fire: () => void): Timer;
}

/** Returns the system's clock. */
export function systemClock(): Clock {
  const originMs = threadOriginMs();
  return {
    nowMs: () => originMs + performance.now(),
    epochMs: () => Date.now(),
    after: startTimer,
  };
}

/**
 * Returns the offset of this thread's `performance.now()`, the cheapest clock (about 30 ns), whose origin is specific
 * to the thread. `hrtime` is shared by the process, but slow. Read between two reads of `performance.now()`, it relates
 * both with the accuracy of their difference. The first calls are slow, so the closest of several pairs is used.
 */
function threadOriginMs(): number {
  let originMs = 0;
  let closestMs = Infinity;
  for (let tries = 0; tries < 20; tries++) {
    const before = performance.now();
    const shared = Number(hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before < closestMs) {
      closestMs = after - before;
      originMs = shared - (before + after) / 2;
    }
  }
  return originMs;
}

function startTimer(delayMs: number, fire: () => void): Timer {
  // setTimeout turns a delay of over 2^31-1 ms into 1 ms, so a longer delay is split.
  let handle: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    handle =
      leftMs > MAX_TIMEOUT_MS
        ? setTimeout(() => wait(leftMs - MAX_TIMEOUT_MS), MAX_TIMEOUT_MS)
        : setTimeout(fire, Math.ceil(Math.max(leftMs, 0))); // Node truncates fractions, which would fire early
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(handle) };
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
