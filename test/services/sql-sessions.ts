import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, Session } from '../../src/drivers/driver.ts';
import { mysqlDriver } from '../../src/drivers/mysql/mysql-driver.ts';
import { postgresDriver } from '../../src/drivers/postgres/postgres-driver.ts';
import { Probe } from '../../src/driver-kit/probe.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';

/** A session and the worker that it belongs to. */
export interface Opened {
  readonly session: Session;
  readonly probe: Probe;
}

/** Sessions that a test has opened. */
export class SqlSessions {
  readonly #closing: (() => Promise<void>)[] = [];

  /** Opens a session of a driver of its own that does this one operation. */
  async open(url: string, operation: Partial<Operation>): Promise<Opened> {
    return this.openAll(url, [sqlOperation(operation)]);
  }

  /** Opens a session of a driver of its own that does these operations. */
  async openAll(url: string, operations: readonly Operation[]): Promise<Opened> {
    const options = sqlOptions(url, operations);
    const driver = options.target.driver === 'mysql' ? mysqlDriver(options) : postgresDriver(options);
    const session = await driver.connect(new AbortController().signal);
    this.#closing.push(async () => {
      await session.close();
      await driver.close();
    });
    return { session, probe: new Probe(session) };
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#closing.splice(0).map((close) => close()));
  }
}

/** Opens connections until a server refuses to have more, and a moment later still does: those of earlier tests take time to go. */
export async function fillUp<Held>(connect: () => Promise<Held>): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (let refusals = 0; refusals < 3;) {
    try {
      held.push(await connect());
    } catch {
      refusals++;
      await sleep(50);
    }
  }
  return held;
}
