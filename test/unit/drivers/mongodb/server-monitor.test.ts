import { EventEmitter } from 'node:events';
import { type MongoClient, MongoNetworkError, MongoNetworkTimeoutError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { ClassifiedError } from '../../../../src/drivers/classify-error.ts';
import { monitorServers } from '../../../../src/drivers/mongodb/server-monitor.ts';

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
  test('is gone when it refuses a connection', () => {
    const heartbeats = new Heartbeats(['h']);
    heartbeats.fail('h', REFUSED);
    expect(heartbeats.reasons).toEqual([REFUSED]);
  });

  test('is gone when two heartbeats in a row end early', () => {
    const heartbeats = new Heartbeats(['h']);
    heartbeats.fail('h', ENDED);
    heartbeats.succeed('h');
    heartbeats.fail('h', ENDED);
    expect(heartbeats.reasons).toEqual([]);
    heartbeats.fail('h', ENDED);
    expect(heartbeats.reasons).toEqual([ENDED]);
  });

  test('is gone at the first damaged message when it has never answered, at the second when it has', () => {
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

  test('is not gone when it is slow', () => {
    const heartbeats = new Heartbeats(['h']);
    for (let n = 0; n < 5; n++) heartbeats.fail('h', SLOW);
    expect(heartbeats.reasons).toEqual([]);
  });
});

test('one of several servers is sufficient', () => {
  const heartbeats = new Heartbeats(['h1', 'h2']);
  heartbeats.fail('h1', REFUSED);
  expect(heartbeats.reasons).toEqual([]);
  heartbeats.succeed('h1');
  heartbeats.fail('h2', REFUSED);
  expect(heartbeats.reasons).toEqual([]);
  heartbeats.fail('h1', REFUSED);
  expect(heartbeats.reasons).toEqual([REFUSED]);
});
