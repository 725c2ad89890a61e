import type { Clock, Timer } from './clock.ts';

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
