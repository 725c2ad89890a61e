import { hrtime } from 'node:process';
import { performance } from 'node:perf_hooks';

/** A timer that can be taken back. */
export interface Timer {
  cancel(): void;
}

/**
 * Where time comes from. `nowMs` is monotonic and the same on every thread of the process; it is the only
 * time that durations are made of. Tests inject a clock whose time they move by hand.
 */
export interface Clock {
  /** Monotonic milliseconds with sub-microsecond resolution; the origin is arbitrary but shared by all threads. */
  nowMs(): number;
  /**
   * Milliseconds since the Unix epoch, as the system's clock has it now: it may be set, and go back. Timestamps of
   * samples come from an `EpochClock`.
   */
  epochMs(): number;
  /**
   * Calls `fire` once, about `delayMs` from now. Timers count whole milliseconds, so it may come a fraction of one early:
   * whoever needs the instant asks the clock and waits again.
   */
  after(delayMs: number, fire: () => void): Timer;
}

/** The real clock. */
export function systemClock(): Clock {
  const originMs = threadOriginMs();
  return {
    nowMs: () => originMs + performance.now(),
    epochMs: () => Date.now(),
    after: startTimer,
  };
}

/**
 * What to add to this thread's `performance.now()`, the cheapest clock (about 30 ns), whose origin is the thread's own.
 * `hrtime` is shared by the process, but slow; read between two readings of the other, it ties them together as closely
 * as those two are. The first calls are slow, so the closest of several pairs counts.
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
  // setTimeout turns a delay of over 2^31-1 ms into 1 ms, so a longer wait is taken in parts.
  let handle: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    handle =
      leftMs > MAX_TIMEOUT_MS
        ? setTimeout(() => wait(leftMs - MAX_TIMEOUT_MS), MAX_TIMEOUT_MS)
        : setTimeout(fire, Math.ceil(Math.max(leftMs, 0))); // Node cuts off fractions, which would be too soon
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(handle) };
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
