import type { Clock } from './clock.ts';

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
