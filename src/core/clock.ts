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
  /** Milliseconds since the Unix epoch, for timestamps that people and servers read. */
  epochMs(): number;
  /** Calls `fire` once, no sooner than `delayMs` from now. */
  after(delayMs: number, fire: () => void): Timer;
}

/** The real clock. */
export function systemClock(): Clock {
  // performance.now() is the cheapest clock (about 30 ns) but each thread has its own origin;
  // hrtime is shared by the process, so its value at creation ties the two together.
  const originMs = Number(hrtime.bigint()) / 1e6 - performance.now();
  return {
    nowMs: () => originMs + performance.now(),
    epochMs: () => Date.now(),
    after: startTimer,
  };
}

function startTimer(delayMs: number, fire: () => void): Timer {
  // setTimeout turns a delay of over 2^31-1 ms into 1 ms, so a longer wait is taken in parts.
  let handle: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    handle =
      leftMs > MAX_TIMEOUT_MS
        ? setTimeout(() => wait(leftMs - MAX_TIMEOUT_MS), MAX_TIMEOUT_MS)
        : setTimeout(fire, Math.max(leftMs, 0));
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(handle) };
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
