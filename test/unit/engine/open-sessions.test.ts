import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Driver, Session } from '../../../src/drivers/driver.ts';
import { openSessions } from '../../../src/engine/open-sessions.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const session: Session = {
  execute: () => {},
  cancel: () => {},
  reconnect: () => {},
  forget: () => {},
  close: () => Promise.resolve(),
};

/** A driver that keeps the signals of its connections. */
function createDriver(connect: () => Promise<Session>): Driver & { readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  return {
    signals,
    connect: (signal) => {
      signals.push(signal);
      return connect();
    },
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

test('open sessions leave no listener, which would keep all memory of the job until the thread ends', async () => {
  const driver = createDriver(() => Promise.resolve(session));
  const { signal } = new AbortController();
  const sessions = await openSessions(driver, new ThreadPartition(0, 1, 3), signal, new VirtualClock());
  expect(sessions).toHaveLength(3);
  expect(new Set(driver.signals).size).toBe(1);
  expect(getEventListeners(driver.signals[0]!, 'abort')).toEqual([]);
});

test('an abort ends the opening, although the driver continues to connect', async () => {
  const driver = createDriver(() => new Promise(() => {}));
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const opening = openSessions(driver, new ThreadPartition(0, 1, 1), stopping.signal, clock);
  const failed = expect(opening).rejects.toThrow('stopped');
  await Promise.resolve();
  stopping.abort(new Error('stopped'));
  for (let turn = 0; turn < 10; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.pass(100);
  }
  await failed;
});
