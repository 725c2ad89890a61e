import { EventEmitter } from 'node:events';
import { type Db, type MongoClient, MongoNetworkError, MongoNetworkTimeoutError } from 'mongodb';
import { expect, test, describe } from 'vitest';
import { fillPool, monitorServers } from '../../../../src/drivers/mongodb/connection-pool.ts';
import { ClassifiedError } from '../../../../src/drivers/classify-error.ts';

/** A pool as the library's: a command that finds no free connection opens one, up to a limit. */
class Pool {
  readonly #limit: number;
  readonly rounds: number[] = [];
  connections: number;
  busy = 0;

  constructor(connections: number, limit: number) {
    this.connections = connections;
    this.#limit = limit;
  }

  async command(): Promise<void> {
    if (this.busy === 0) this.rounds.push(0);
    this.rounds[this.rounds.length - 1]!++; // just pushed
    this.busy++;
    const opens = this.busy > this.connections;
    await Promise.resolve();
    this.busy--;
    if (!opens) return;
    if (this.connections >= this.#limit) throw new Error('too many connections');
    this.connections++;
  }

  async fill(size: number, atOnce: number): Promise<void> {
    await fillPool(this as unknown as Db, { size, atOnce, open: () => this.connections });
  }
}

test.each([
  [0, 5, 32, [5]],
  [0, 100, 32, [32, 64, 96, 100]],
  [1, 40, 16, [17, 33, 40]],
  [7, 7, 16, []],
])('from %i to %i connections, %i at once', async (from, size, atOnce, rounds) => {
  const pool = new Pool(from, Infinity);
  await pool.fill(size, atOnce);
  expect(pool.connections).toBe(size);
  expect(pool.rounds).toEqual(rounds);
});

test('ends when the server accepts no more connections', async () => {
  const pool = new Pool(0, 20);
  await pool.fill(100, 16);
  expect(pool.connections).toBe(20);
  expect(pool.rounds).toEqual([16, 32, 36]);
});

test('fails when the server accepts no connection', async () => {
  await expect(new Pool(0, 0).fill(5, 16)).rejects.toThrow('too many connections');
});

const REFUSED = new MongoNetworkError('no', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
const ENDED = new MongoNetworkError('connection <monitor> to h closed');
const SLOW = new MongoNetworkTimeoutError('it took too long');

/** The library's heartbeats, played by hand. */
class Heartbeats {
  readonly #events = new EventEmitter();
  readonly reasons: Error[] = [];

  constructor(servers: readonly string[]) {
    monitorServers(this.#events as unknown as MongoClient, (reason) => this.reasons.push(reason));
    const description = { servers: new Map(servers.map((address) => [address, {}])) };
    this.#events.emit('topologyDescriptionChanged', { newDescription: description });
  }

  succeed(connectionId: string): void {
    this.#events.emit('serverHeartbeatSucceeded', { connectionId });
  }

  fail(connectionId: string, failure: Error): void {
    this.#events.emit('serverHeartbeatFailed', { connectionId, failure });
  }
}

describe('one server only', () => {
  test('counts as down when it refuses a connection', () => {
    const heartbeats = new Heartbeats(['h']);
    heartbeats.fail('h', REFUSED);
    expect(heartbeats.reasons).toEqual([REFUSED]);
  });

  test('counts as down when two consecutive heartbeats fail', () => {
    const heartbeats = new Heartbeats(['h']);
    heartbeats.fail('h', ENDED);
    heartbeats.succeed('h');
    heartbeats.fail('h', ENDED);
    expect(heartbeats.reasons).toEqual([]);
    heartbeats.fail('h', ENDED);
    expect(heartbeats.reasons).toEqual([ENDED]);
  });

  test('counts as down at the first damaged message if it never answered, else at the second', () => {
    const damaged = new MongoNetworkError('no', { cause: new ClassifiedError('protocol', 'no') });
    const stranger = new Heartbeats(['h']);
    stranger.fail('h', damaged);
    expect(stranger.reasons).toEqual([damaged]);
    const known = new Heartbeats(['h']);
    known.succeed('h');
    known.fail('h', damaged);
    expect(known.reasons).toEqual([]);
    known.fail('h', damaged);
    expect(known.reasons).toEqual([damaged]);
  });

  test('does not count as down when it is slow', () => {
    const heartbeats = new Heartbeats(['h']);
    for (let n = 0; n < 5; n++) heartbeats.fail('h', SLOW);
    expect(heartbeats.reasons).toEqual([]);
  });
});

test('reports a failure only if none of several servers is available', () => {
  const heartbeats = new Heartbeats(['h1', 'h2']);
  heartbeats.fail('h1', REFUSED);
  expect(heartbeats.reasons).toEqual([]);
  heartbeats.succeed('h1');
  heartbeats.fail('h2', REFUSED);
  expect(heartbeats.reasons).toEqual([]);
  heartbeats.fail('h1', REFUSED);
  expect(heartbeats.reasons).toEqual([REFUSED]);
});
