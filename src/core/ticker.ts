import type { Clock, Timer } from './clock.ts';

/**
 * Calls `fire` at every whole multiple of the interval from now, without drift. Ticks that the process was too busy for
 * are left out, not made up for.
 */
export function startTicker(clock: Clock, intervalMs: number, fire: () => void): Timer {
  const startMs = clock.nowMs();
  let ticks = 0;
  let timer: Timer;
  const wait = (): void => {
    const passedMs = clock.nowMs() - startMs;
    // A timer may fire a moment before its time: that tick has been, and is not due again.
    ticks = Math.max(ticks, Math.floor(passedMs / intervalMs)) + 1;
    timer = clock.after(ticks * intervalMs - passedMs, () => {
      wait();
      fire();
    });
  };
  wait();
  return { cancel: () => timer.cancel() };
}
