import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { CommandStream } from '../../../../src/drivers/mongodb/command-stream.ts';
import type { MongoConnectionPool } from '../../../../src/drivers/mongodb/connection-pool.ts';
import { PoolMeter } from '../../../../src/drivers/mongodb/pool-meter.ts';
import { MongoSession } from '../../../../src/drivers/mongodb/session.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { OK } from '../../../../src/shared/outcome.ts';
import { Probe } from '../../../../src/driver-kit/probe.ts';

/** A pool without connections, which rejects each command at once. */
class ClearedPool {
  readonly meter = new PoolMeter();
  readonly opened = 0;
  commands = 0;
  readonly db = { command: () => this.#reject(), client: new MongoClient('mongodb://127.0.0.1:1') };

  async open(): Promise<unknown> {
    return this.db;
  }

  explain(error: unknown): unknown {
    return error;
  }

  async #reject(): Promise<never> {
    this.commands++;
    throw Object.assign(new Error('connection pool was cleared'), { name: 'MongoPoolClearedError' });
  }
}

test('requests that a cleared pool rejects are sent twice, and let timers run', async () => {
  const pool = new ClearedPool();
  const request = { prepare: () => ({ ping: 1 }), options: {}, outcomeOf: () => OK };
  const session = new MongoSession(
    {
      link: pool as unknown as MongoConnectionPool,
      requests: [{ ...request, acceptableCode: undefined, needs: undefined, transaction: undefined }],
      sizeOf: () => 0,
      clock: systemClock(),
      openChannel: (listener) => new CommandStream(listener),
    },
    async () => undefined,
  );
  const probe = new Probe(session);
  const over = AbortSignal.timeout(100);
  // Without a turn of the event loop between them, there would be tens of thousands.
  for (let n = 0; n < 50_000 && !over.aborted; n++) expect(await probe.request(n)).toBe('reset');
  expect(over.aborted).toBe(true);
  expect(pool.commands).toBe(2 * probe.started);
});
