import type { Clock, Timer } from './clock.ts';

/**
 * Calls `fire` at every whole multiple of the interval from now, without drift. Ticks that the process was too busy for
 * are left out, not made up for.
 */
export function startTicker(clock: Clock, intervalMs: number, fire: () => void): Timer {
  const startMs = clock.nowMs();
  let timer: Timer;
  const wait = (): void => {
    const passedMs = clock.nowMs() - startMs;
    const nextMs = (Math.floor(passedMs / intervalMs) + 1) * intervalMs;
    timer = clock.after(nextMs - passedMs, () => {
      wait();
      fire();
    });
  };
  wait();
  return { cancel: () => timer.cancel() };
}
