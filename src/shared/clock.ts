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
  /**
   * Blocks the thread until a time of `nowMs`, asleep: more exact than a timer, which needs another turn of the event
   * loop. Absent: the clock cannot.
   */
  holdUntil?(timeMs: number): void;
  /**
   * Called by a thread that has nothing to wait for but timers: it may sleep until the next one at the end of this turn of the
   * event loop, without that loop, if `isIdle` then. Absent: timers are of the event loop.
   */
  sleepWhile?(isIdle: () => boolean): void;
}

/** Never changed or notified: a wait for it ends with its time. */
const nap = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Returns the system's clock. */
export function systemClock(): Clock {
  const originMs = threadOriginMs();
  const nowMs = (): number => originMs + performance.now();
  return {
    nowMs,
    epochMs: () => Date.now(),
    after: startTimer,
    holdUntil: (timeMs) => {
      for (let leftMs = timeMs - nowMs(); leftMs > 0; leftMs = timeMs - nowMs()) Atomics.wait(nap, 0, 0, leftMs);
    },
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

/**
 * Returns the epoch milliseconds at 0 of a monotonic clock. Between the reads of two clocks a busy machine may let the thread
 * wait for long, so the closest of several pairs is used.
 */
export function epochOriginMs(clock: Pick<Clock, 'epochMs' | 'nowMs'>): number {
  let originMs = 0;
  let closestMs = Infinity;
  for (let tries = 0; tries < 10 && closestMs > CLOSE_MS; tries++) {
    const beforeMs = clock.nowMs();
    const epochMs = clock.epochMs();
    const afterMs = clock.nowMs();
    if (afterMs - beforeMs < closestMs) {
      closestMs = afterMs - beforeMs;
      originMs = epochMs - afterMs;
    }
  }
  return originMs;
}

/** Reads of two clocks that are this close are as good as one: the epoch has milliseconds. */
const CLOSE_MS = 0.1;

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

/**
 * Waits for a promise with a timeout.
 * @returns whether it settled in time, resolved or rejected
 */
export function settlesWithTimeout(
  clock: Pick<Clock, 'after'>,
  withinMs: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(withinMs, () => resolve(false));
    const settled = (): void => {
      timer.cancel();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}

/**
 * Calls `fire` at every multiple of the interval from now, without drift. Ticks missed by a busy process are skipped.
 */
export function startTicker(clock: Clock, intervalMs: number, fire: () => void): Timer {
  const startMs = clock.nowMs();
  let ticks = 0;
  let timer: Timer;
  const wait = (): void => {
    const passedMs = clock.nowMs() - startMs;
    // A timer may fire slightly early; that tick is not repeated.
    ticks = Math.max(ticks, Math.floor(passedMs / intervalMs)) + 1;
    timer = clock.after(ticks * intervalMs - passedMs, () => {
      wait();
      fire();
    });
  };
  wait();
  return { cancel: () => timer.cancel() };
}

/**
 * Time of day for samples: an anchor plus the monotonic clock. It never goes back and never jumps while in use, even if
 * the system clock is set.
 */
export class EpochClock {
  readonly #clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Epoch milliseconds at 0 of the monotonic clock. */
  #originMs: number;

  constructor(clock: Pick<Clock, 'epochMs' | 'nowMs'>) {
    this.#clock = clock;
    this.#originMs = epochOriginMs(clock);
  }

  /** Epoch milliseconds; never less than before. */
  now(): number {
    return this.at(this.#clock.nowMs());
  }

  /** Epoch milliseconds of a time on the monotonic clock. */
  at(nowMs: number): number {
    return Math.round(this.#originMs + nowMs);
  }

  /**
   * Adopts the system clock if it is ahead, after it was set forward or the machine was suspended. Called while no
   * timeline depends on it.
   */
  follow(): void {
    this.#originMs = Math.max(this.#originMs, epochOriginMs(this.#clock));
  }
}
