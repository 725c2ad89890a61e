import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Driver, Session } from '../drivers/driver.ts';
import { type Clock, settlesWithTimeout } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import { connectsAtOnce } from './connect-limit.ts';
import type { ThreadPartition } from './thread-partition.ts';

/** Timeout for closing sessions and client libraries, in milliseconds; the rest is released when the thread ends. */
export const CLOSE_WITHIN_MS = 500;

/**
 * Opens the sessions of all workers of a unit.
 * @throws the first error, or the reason of `stopping`; sessions opened so far and the driver are closed
 */
export async function openSessions(
  driver: Driver,
  { workers, of }: ThreadPartition,
  stopping: AbortSignal,
  clock: Clock,
): Promise<Session[]> {
  const oneFailed = new AbortController();
  const giveUp = AbortSignal.any([stopping, oneFailed.signal]);
  setMaxListeners(0, giveUp); // one listener per connection that is being opened
  const limit = pLimit(connectsAtOnce(of));
  const opening = Array.from({ length: workers }, () =>
    limit(async () => {
      giveUp.throwIfAborted();
      return driver.connect(giveUp);
    }),
  );
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(reasonOf(giveUp));
    giveUp.addEventListener('abort', onAbort, { once: true });
  });
  try {
    // Does not wait for a driver that continues to connect after the abort.
    return await Promise.race([Promise.all(opening), aborted]);
  } catch (error) {
    oneFailed.abort();
    const closed = Promise.all(opening.map((one) => one.then((session) => session.close()).catch(() => {})));
    await settlesWithTimeout(
      clock,
      CLOSE_WITHIN_MS,
      closed.then(() => driver.close()),
    );
    throw error;
  } finally {
    // Node keeps a combined signal with a listener for ever, and with it everything that the job holds.
    giveUp.removeEventListener('abort', onAbort);
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(messageOf(reason));
}
