import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ABORTED, failure } from '../../../src/shared/outcome.ts';
import type { Driver, Session } from '../../../src/drivers/driver.ts';
import { Gate } from './gate.ts';
import { Probe } from './probe.ts';
import type { Subject, SubjectServer } from './subject.ts';

const NEVER = new AbortController().signal;
const TIMEOUT = failure('timeout');

/** Behavior of all drivers, according to their contract. Each subject brings its own real server. */
export function describeDriver(subject: Subject): void {
  const pooled = subject.pooled === true;
  /** The connection that watches the server is the first to be opened. */
  const watchers = pooled ? 1 : 0;
  describe(`driver contract: ${subject.name}`, () => {
    let server: SubjectServer;
    let gate: Gate;
    let driver: Driver;
    const sessions: Session[] = [];

    beforeEach(async () => {
      server = await subject.startServer();
      gate = new Gate(server.port);
      await gate.start();
      driver = subject.factory(server.options('127.0.0.1', gate.port));
    });

    afterEach(async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
      await driver.close();
      await gate.stop();
      await server.stop();
    });

    /** Connections so far that requests go over. */
    const passages = (): Gate['passages'] => gate.passages.slice(watchers);

    async function open(from = driver): Promise<{ session: Session; probe: Probe }> {
      const session = await from.connect(NEVER);
      sessions.push(session);
      return { session, probe: new Probe(session) };
    }

    test('completes each request once and sends it once', async () => {
      const { probe } = await open();
      for (let n = 0; n < 100; n++) await probe.request(n * 2);
      expect(probe.outcomes).toEqual(Array.from({ length: 100 }, () => 'ok'));
      expect(await server.served()).toBe(100);
      expect(passages()).toHaveLength(1);
      expect(probe.failure).toBeUndefined();
    });

    test('accepts the next request within the callback `done`', async () => {
      const { session, probe } = await open();
      const finished = new Promise<void>((resolve) => {
        const record = probe.done.bind(probe);
        probe.done = (outcome) => {
          record(outcome);
          if (probe.outcomes.length === 50) resolve();
          else session.execute(probe);
        };
      });
      session.execute(probe);
      await finished;
      expect(await server.served()).toBe(50);
    });

    test('counts a request without a match as a miss', async () => {
      const { probe } = await open();
      expect(await probe.request(1)).toBe('miss');
      expect(await probe.request(2)).toBe('ok');
    });

    test('keeps sessions independent of each other', async () => {
      const workers = await Promise.all(Array.from({ length: 8 }, () => open()));
      await Promise.all(
        workers.map(async ({ session, probe }, worker) => {
          for (let n = 0; n < 20; n++) {
            const outcome = probe.request(2 * n);
            if (worker === 0) session.cancel(TIMEOUT);
            await outcome;
          }
        }),
      );
      for (const { probe } of workers.slice(1)) {
        expect(probe.outcomes).toEqual(Array.from({ length: 20 }, () => 'ok'));
      }
      expect(workers[0]?.probe.outcomes).toEqual(Array.from({ length: 20 }, () => 'timeout'));
    });

    test('counts the bytes on the wire', async () => {
      const { probe } = await open();
      for (let n = 0; n < 20; n++) await probe.request(n);
      const sum = (count: (passage: Gate['passages'][number]) => number): number =>
        passages().reduce((total, passage) => total + count(passage), 0);
      expect(probe.totalReceivedBytes).toBe(sum(({ toClientBytes }) => toClientBytes));
      await expect.poll(() => sum(({ fromClientBytes }) => fromClientBytes)).toBe(probe.totalSentBytes);
    });

    test('sets the send time only when the connection was open', async () => {
      const { probe } = await open();
      probe.sentMs = -1;
      await probe.request(0);
      expect(probe.sentMs).toBeGreaterThan(0);
      await gate.endConnections();
      await delay(20);
      probe.sentMs = -1;
      expect(await probe.request(2)).toBe('ok');
      expect(probe.sentMs).toBe(-1);
      await probe.request(4);
      expect(probe.sentMs).toBeGreaterThan(0);
    });

    describe('an unreachable target', () => {
      test('fails requests as refused, not connect, until it is back', async () => {
        await gate.stop();
        const { probe } = await open();
        expect(await probe.request(0)).toBe('refused');
        expect(probe.failure).toBeInstanceOf(Error);
        expect(await probe.request(2)).toBe('refused');
        await gate.start();
        expect(await probe.request(4)).toBe('ok');
        expect(await server.served()).toBe(1);
      });

      test('fails only the requests while it is down', async () => {
        const { probe } = await open();
        await probe.request(0);
        await gate.stop();
        await delay(20);
        expect(await probe.request(2)).toBe('refused');
        await gate.start();
        expect(await probe.request(4)).toBe('ok');
      });

      test('has the class dns when its name does not resolve', async () => {
        const { probe } = await open(subject.factory(server.options('nothing.invalid', gate.port)));
        expect(await probe.request(0)).toBe('dns');
        expect(await probe.request(2)).toBe('dns');
      });
    });

    describe('a connection that breaks', () => {
      test('before the response counts as a reset, and the request is not retried', async () => {
        const { probe } = await open();
        await probe.request(0);
        const before = gate.accepted;
        gate.behave({ kind: 'reset' });
        expect(await probe.request(2)).toBe('reset');
        await delay(20);
        if (!pooled) expect(gate.accepted).toBe(before);
        gate.behave({ kind: 'pass' });
        expect(await probe.request(4)).toBe('ok');
        expect(await server.served()).toBe(2);
      });

      test('in the middle of the response counts as a reset, and the request is not retried', async () => {
        const { probe } = await open();
        await probe.request(0);
        gate.behave({ kind: 'cut', afterBytes: 20_000 });
        expect(await probe.request(2)).toBe('reset');
        gate.behave({ kind: 'pass' });
        await delay(20);
        expect(await server.served()).toBe(2);
        expect(await probe.request(4)).toBe('ok');
        expect(await server.served()).toBe(3);
      });

      test('between two requests is reopened without an error', async () => {
        const { probe } = await open();
        for (let n = 0; n < 5; n++) {
          expect(await probe.request(n * 2)).toBe('ok');
          await gate.endConnections();
          await delay(10);
        }
        expect(await server.served()).toBe(5);
        if (!pooled) expect(gate.accepted).toBe(5);
      });

      test('before the first request is reopened without an error', async () => {
        const { probe } = await open();
        await gate.endConnections();
        expect(await probe.request(0)).toBe('ok');
        if (!pooled) expect(gate.accepted).toBe(2);
      });

      test('by invalid data has its error class', async () => {
        const { session, probe } = await open();
        await probe.request(0);
        gate.behave({ kind: 'garbage' });
        const outcome = probe.request(2);
        if (subject.garbageClass === 'timeout') {
          await delay(50);
          expect(probe.outcomes).toEqual(['ok']);
          session.cancel(TIMEOUT);
        }
        expect(await outcome).toBe(subject.garbageClass);
        gate.behave({ kind: 'pass' });
        expect(await probe.request(4)).toBe('ok');
      });
    });

    describe('cancel', () => {
      test('ends a waiting request immediately and once', async () => {
        const { session, probe } = await open();
        await probe.request(0);
        const used = passages();
        gate.behave({ kind: 'silent' });
        const outcome = probe.request(2);
        await delay(30);
        session.cancel(TIMEOUT);
        expect(probe.outcomes).toEqual(['ok', 'timeout']);
        await outcome;
        await expect.poll(() => used.some((passage) => passage.open)).toBe(false);
        expect(probe.outcomes).toHaveLength(2);
      });

      test('ends a request whose response arrives slowly', async () => {
        const { session, probe } = await open();
        await probe.request(0);
        gate.behave({ kind: 'drip' });
        const outcome = probe.request(2);
        await delay(150);
        expect(probe.outcomes).toHaveLength(1);
        session.cancel(TIMEOUT);
        expect(await outcome).toBe('timeout');
        if (!pooled) expect(probe.receivedBytes).toBeGreaterThan(0);
        gate.behave({ kind: 'pass' });
        expect(await probe.request(4)).toBe('ok');
        await delay(50);
        expect(probe.outcomes).toEqual(['ok', 'timeout', 'ok']);
      });

      test('ends a request that is still connecting', async () => {
        await gate.stop();
        const { session, probe } = await open();
        await gate.start();
        const outcome = probe.request(0);
        session.cancel(ABORTED);
        expect(probe.outcomes).toEqual(['aborted']);
        await outcome;
        expect(await probe.request(2)).toBe('ok');
        expect(probe.outcomes).toEqual(['aborted', 'ok']);
      });

      // Irrelevant for a pool with an unused connection.
      if (!pooled)
        test('ends a request that has just started, and its connection', async () => {
          const { session, probe } = await open();
          const outcome = probe.request(0);
          session.cancel(ABORTED);
          expect(await outcome).toBe('aborted');
          await expect.poll(() => gate.open).toBe(0);
          await delay(20);
          const used = subject.cancelsOnServer === true ? 2 : 1;
          expect(gate.accepted).toBe(used);
          expect(await probe.request(2)).toBe('ok');
          expect(gate.accepted).toBe(used + 1);
        });

      test('accepts the next request within `done`, unaffected by the old response', async () => {
        const { session, probe } = await open();
        await probe.request(0);
        gate.behave({ kind: 'silent' });
        void probe.request(1); // would be a miss
        await delay(30);
        gate.behave({ kind: 'pass' });
        const next = new Promise<void>((resolve) => {
          const record = probe.done.bind(probe);
          probe.done = (outcome) => {
            record(outcome);
            if (probe.outcomes.length === 3) resolve();
            else {
              probe.sequence = 2;
              session.execute(probe);
            }
          };
        });
        session.cancel(TIMEOUT);
        await next;
        await delay(30);
        expect(probe.outcomes).toEqual(['ok', 'timeout', 'ok']);
      });

      test('does nothing without a request in flight', async () => {
        const { session, probe } = await open();
        session.cancel(TIMEOUT);
        await probe.request(0);
        session.cancel(TIMEOUT);
        expect(await probe.request(2)).toBe('ok');
        expect(probe.outcomes).toEqual(['ok', 'ok']);
        expect(passages()).toHaveLength(1);
      });
    });

    describe('close', () => {
      test('closes the connection', async () => {
        const { session, probe } = await open();
        await probe.request(0);
        expect(gate.open).toBe(1 + watchers);
        await session.close();
        await expect.poll(() => gate.open).toBe(0);
      });

      test('closes a connection that was never used', async () => {
        const { session } = await open();
        await session.close();
        await session.close();
        await expect.poll(() => gate.open).toBe(0);
      });

      test('works on a session that never had a connection', async () => {
        await gate.stop();
        const { session } = await open();
        await session.close();
      });
    });

    test('aborts connecting on a signal', async () => {
      const aborted = AbortSignal.abort();
      const session = await driver.connect(aborted).catch(() => undefined);
      if (session !== undefined) sessions.push(session);
      await expect.poll(() => gate.open).toBe(0);
    });
  });
}
