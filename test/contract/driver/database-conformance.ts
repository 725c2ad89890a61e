import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Driver, DriverFactory, DriverOptions, Operation, ResponseNeeds } from '../../../src/drivers/driver.ts';
import type { Json } from '../../../src/shared/json.ts';
import { failure } from '../../../src/shared/outcome.ts';
import { Gate } from '../../../src/driver-kit/gate.ts';
import { Probe } from '../../../src/driver-kit/probe.ts';

/** A driver of a database, and a real server for it. */
export interface DatabaseSubject {
  readonly name: string;
  readonly factory: DriverFactory;
  startServer(): Promise<DatabaseServer>;
  /**
   * Owner of a transaction on the server: it ends with its connection, or it belongs to a session, whose first request
   * begins it. `none`: the server has no transactions.
   */
  readonly transactionsOf: 'connection' | 'session' | 'none';
}

/** A server with a counter that transactions change, and some rows. */
export interface DatabaseServer {
  readonly port: number;
  options(host: string, port: number, operations: readonly Operation[]): DriverOptions;
  operation(changes: Partial<Operation>): Operation;
  /** Returns `rows`. */
  readonly read: Partial<Operation>;
  readonly rows: Json;
  readonly rowCount: number;
  /** Returns nothing. */
  readonly readNothing: Partial<Operation>;
  /** Value and number of rows of the response to `readNothing`. */
  readonly nothing: readonly [value: Json, rowCount: number];
  /** Adds one to the counter. */
  readonly add: Partial<Operation>;
  /** A request that the server rejects. */
  readonly invalid: Partial<Operation>;
  counter(): Promise<number>;
  /** Sets the counter to 0. */
  reset(): Promise<void>;
  /** Closes the connections of all other clients. */
  killConnections(): Promise<void>;
  /** Transactions that have begun and not ended; `undefined`: the server does not report them. */
  openTransactions(): Promise<number | undefined>;
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;
const NEEDS: ResponseNeeds = { headers: true, body: true, maxBytes: 1000 };
const BEGIN = { transaction: { kind: 'begin', isolation: undefined, readOnly: false } } as const;
const COMMIT = { transaction: { kind: 'commit' } } as const;
const ROLLBACK = { transaction: { kind: 'rollback' } } as const;

/** Positions of the operations of a transaction. */
const [begin, add, commit, rollback] = [0, 1, 2, 3];

/** Responses and transactions of all drivers for databases, according to their contract. */
export function describeDatabase(subject: DatabaseSubject): void {
  describe(`database contract: ${subject.name}`, () => {
    let server: DatabaseServer;
    let gate: Gate;
    const closing: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      server = await subject.startServer();
    });
    beforeEach(async () => {
      gate = new Gate(server.port);
      await gate.start();
      await server.reset();
    });
    afterEach(async () => {
      await Promise.all(closing.splice(0).map((close) => close()));
      await gate.stop();
    });
    afterAll(() => server.stop());

    async function open(...operations: readonly Partial<Operation>[]): Promise<DatabaseWorker> {
      const driver = subject.factory(
        server.options(
          '127.0.0.1',
          gate.port,
          operations.map((operation) => server.operation(operation)),
        ),
      );
      const worker = await DatabaseWorker.connect(driver);
      closing.push(() => worker.close());
      return worker;
    }

    describe('responses', () => {
      test('contain the rows and their number', async () => {
        const { probe, run } = await open({ ...server.read, needs: NEEDS });
        expect(await run(0)).toBe('ok');
        expect(probe.response?.value()).toEqual(server.rows);
        expect(probe.response?.rowCount).toBe(server.rowCount);
        expect(JSON.parse(probe.response?.text() ?? '')).toEqual(server.rows);
        expect(probe.response?.bodyBytes).toBeGreaterThan(10);
        expect([probe.response?.header('date'), probe.response?.cookie('id')]).toEqual([undefined, undefined]);
      });

      test('without rows have an empty list of rows', async () => {
        const { probe, run } = await open({ ...server.readNothing, needs: NEEDS });
        expect(await run(0)).toBe('miss');
        expect([probe.response?.value(), probe.response?.rowCount]).toEqual(server.nothing);
      });

      test('of a change contain the number of changed rows', async () => {
        const { probe, run } = await open({ ...server.add, needs: NEEDS });
        expect(await run(0)).toBe('ok');
        expect(probe.response?.rowCount).toBe(1);
        expect(await server.counter()).toBe(1);
      });

      test('larger than the maximum are counted, and cannot be read', async () => {
        const { probe, run } = await open({ ...server.read, needs: { ...NEEDS, maxBytes: 4 } });
        for (let n = 0; n < 2; n++) {
          expect(await run(0)).toBe('ok');
          expect(probe.response?.rowCount).toBe(server.rowCount);
          expect(probe.response?.bodyBytes).toBeGreaterThan(4);
          expect(() => probe.response?.value()).toThrow('the body is larger than 4 bytes (max_body)');
          expect(() => probe.response?.text()).toThrow('the body is larger than 4 bytes (max_body)');
        }
      });

      test('of operations that do not need the rows contain only their number', async () => {
        const { probe, run } = await open({ ...server.read, needs: { ...NEEDS, body: false } });
        expect(await run(0)).toBe('ok');
        expect([probe.response?.rowCount, probe.response?.value(), probe.response?.text()]).toEqual([
          server.rowCount,
          undefined,
          '',
        ]);
      });

      test('are not kept for operations without needs', async () => {
        const { probe, run } = await open({ ...server.read, needs: NEEDS }, server.read, server.invalid);
        expect([await run(0), await run(1)]).toEqual(['ok', 'ok']);
        expect(probe.response?.rowCount).toBe(server.rowCount);
        probe.response = undefined;
        expect([await run(1), await run(2)]).toEqual(['ok', 'driver']);
        expect(probe.response).toBeUndefined();
      });

      test('of an earlier request are gone when the next one fails', async () => {
        const { probe, run } = await open(
          { ...server.read, needs: NEEDS },
          { ...server.invalid, needs: NEEDS },
          { ...server.read, needs: NEEDS },
        );
        expect([await run(0), await run(1)]).toEqual(['ok', 'driver']);
        expect(probe.response).toBeUndefined();
        await run(2);
        gate.behave({ kind: 'reset' });
        expect(await run(2)).toBe('reset');
        expect(probe.response).toBeUndefined();
      });
    });

    if (subject.transactionsOf === 'none') return;

    describe('transactions', () => {
      const TRANSACTION = (): readonly Partial<Operation>[] => [BEGIN, server.add, COMMIT, ROLLBACK, server.read];

      test('are visible to others after the commit, with all of their changes', async () => {
        const { run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add), await run(add)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(0);
        expect(await run(commit)).toBe('ok');
        expect(await server.counter()).toBe(2);
        // A request after the transaction is one of its own.
        await run(add);
        expect(await server.counter()).toBe(3);
      });

      test('are undone by a rollback', async () => {
        const { run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add), await run(rollback)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(0);
        expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(1);
      });

      test('of several workers are separate', async () => {
        const one = await open(...TRANSACTION());
        const other = await open(...TRANSACTION());
        for (let n = 0; n < 5; n++) {
          expect(await one.run(begin)).toBe('ok');
          expect(await one.run(add)).toBe('ok');
          expect(await other.run(begin)).toBe('ok');
          expect(await one.run(commit)).toBe('ok');
          expect(await other.run(add)).toBe('ok');
          expect(await other.run(n % 2 === 0 ? commit : rollback)).toBe('ok');
        }
        expect(await server.counter()).toBe(8);
      });

      if (subject.transactionsOf === 'connection') testLostConnections();
      else
        test('of a session continue after a connection is killed between two requests', async () => {
          const { run } = await open(...TRANSACTION());
          expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
          await server.killConnections();
          await delay(50);
          expect([await run(add), await run(commit)]).toEqual(['ok', 'ok']);
          expect(await server.counter()).toBe(2);
        });

      function testLostConnections(): void {
        test('whose connection is killed end, and none of their changes is stored', async () => {
          const { probe, run } = await open(...TRANSACTION());
          expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
          await server.killConnections();
          await delay(50);
          for (const later of [add, add, commit]) {
            expect(await run(later)).toBe('reset');
            expect(String(probe.failure)).toContain('the connection of the transaction was lost');
          }
          expect(await server.counter()).toBe(0);
          // The lost transaction is over, so that the next requests and transactions are not part of it.
          expect(await run(add)).toBe('ok');
          expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
          expect(await server.counter()).toBe(2);
        });

        test('can begin on a connection that is still to be opened', async () => {
          const { run } = await open(...TRANSACTION());
          await gate.stop();
          await delay(20);
          expect(await run(begin)).toBe('refused');
          await gate.start();
          expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
          expect(await server.counter()).toBe(1);
        });
      }

      test('whose connection breaks during a request end', async () => {
        const { run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
        gate.behave({ kind: 'reset' });
        expect(await run(add)).toBe('reset');
        gate.behave({ kind: 'pass' });
        expect([await run(add), await run(rollback)]).toEqual(['reset', 'reset']);
        expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(1);
      });

      test('can begin again immediately after their connection was lost', async () => {
        const { run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
        await gate.endConnections();
        expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(1);
      });

      test('end with a reconnect', async () => {
        const { session, run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
        session.reconnect();
        expect(await run(add)).toBe('reset');
        session.forget();
        expect(await run(add)).toBe('ok');
        expect(await server.counter()).toBe(1);
      });

      test('do not stay open on the server after a timeout', async () => {
        const { session, run } = await open(...TRANSACTION());
        expect([await run(begin), await run(add)]).toEqual(['ok', 'ok']);
        gate.behave({ kind: 'silent' });
        const outcome = run(add);
        await delay(50);
        session.cancel(failure('timeout'));
        expect(await outcome).toBe('timeout');
        gate.behave({ kind: 'pass' });
        if ((await server.openTransactions()) !== undefined) await expect.poll(() => server.openTransactions()).toBe(0);
        expect(await server.counter()).toBe(0);
        expect(await run(commit)).toBe('reset');
        expect([await run(begin), await run(add), await run(commit)]).toEqual(['ok', 'ok', 'ok']);
        expect(await server.counter()).toBe(1);
      });

      test('do not stay open on the server when the session closes', async () => {
        const worker = await open(...TRANSACTION());
        expect([await worker.run(begin), await worker.run(add)]).toEqual(['ok', 'ok']);
        await worker.close();
        if ((await server.openTransactions()) !== undefined) await expect.poll(() => server.openTransactions()).toBe(0);
        expect(await server.counter()).toBe(0);
      });
    });
  });
}

/** A session of a driver of its own, and the worker that it belongs to. */
class DatabaseWorker {
  readonly #driver: Driver;
  readonly session: Awaited<ReturnType<Driver['connect']>>;
  readonly probe: Probe;

  private constructor(driver: Driver, session: DatabaseWorker['session']) {
    this.#driver = driver;
    this.session = session;
    this.probe = new Probe(session);
  }

  static async connect(driver: Driver): Promise<DatabaseWorker> {
    return new DatabaseWorker(driver, await driver.connect(NEVER));
  }

  /** Performs an operation by its position and resolves with the name of its outcome. */
  readonly run = async (operation: number): Promise<string> => {
    this.probe.operation = operation;
    return this.probe.request(0);
  };

  async close(): Promise<void> {
    await this.session.close();
    await this.#driver.close();
  }
}
