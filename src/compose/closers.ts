import { systemClock } from '../core/clock.ts';
import { settlesWithin } from '../core/within.ts';

/** How long one part may take to close; one that hangs is left to the end of the process. */
const CLOSE_WITHIN_MS = 2500;

/** What closes what was opened, the last first. */
export type Closers = (() => Promise<unknown>)[];

/** Opens parts; where one cannot be had, those before it are closed again. */
export async function openOrClose<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const closers: Closers = [];
  try {
    return await open(closers);
  } catch (error) {
    // What cannot be closed either tells less than why it is closed at all.
    await closeAll(closers).catch(() => {});
    throw error;
  }
}

/**
 * Closes everything, also after one of them has failed or hangs.
 * @throws what the first that failed threw
 */
export async function closeAll(closers: Closers): Promise<void> {
  const failures: unknown[] = [];
  const clock = systemClock();
  for (const closeOne of closers.splice(0).toReversed()) {
    try {
      const closing = closeOne();
      if (await settlesWithin(clock, CLOSE_WITHIN_MS, closing)) await closing;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
