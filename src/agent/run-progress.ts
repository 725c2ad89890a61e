import type { Clock, Timer } from '../shared/clock.ts';

const UPDATE_EVERY_MS = 1000;
/** Reports decide at each check whether a save is due. */
const SAVE_EVERY_MS = 100;

/**
 * Calls `update` each second and `save` each 100 ms until cancelled.
 * @param save absent: no report saves the state of the run
 */
export function scheduleProgress(clock: Clock, update: () => void, save: (() => void) | undefined): Timer {
  const timers = [every(clock, UPDATE_EVERY_MS, update)];
  if (save !== undefined) timers.push(every(clock, SAVE_EVERY_MS, save));
  return { cancel: () => timers.forEach((timer) => timer.cancel()) };
}

/** Calls `fire` each `intervalMs`, counted from the end of the last call. */
function every(clock: Clock, intervalMs: number, fire: () => void): Timer {
  const tick = (): void => {
    fire();
    timer = clock.after(intervalMs, tick);
  };
  let timer = clock.after(intervalMs, tick);
  return { cancel: () => timer.cancel() };
}
