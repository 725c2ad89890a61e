import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Driver, Operation } from '../../../src/drivers/driver.ts';
import { mongodbDriver } from '../../../src/drivers/mongodb/mongodb-driver.ts';
import { operation } from '../../unit/drivers/operations.ts';
import { describeDatabase } from './database-conformance.ts';
import { httpOptions } from './http-options.ts';
import { MongodbPeer } from './mongodb-peer.ts';
import { Probe } from '../../../src/driver-kit/probe.ts';

const ADD = { type: 'update', statement: { update: 'counters', updates: [{ q: {}, u: { $inc: { n: 1 } } }] } } as const;
const READ = { statement: { find: 'counters' } };

function options(
  host: string,
  port: number,
  operations: readonly Operation[],
  query = '',
): ReturnType<typeof httpOptions> {
  const secretUrl = `mongodb://${host}:${port}/test?directConnection=true${query}`;
  return { ...httpOptions(''), operations, target: { driver: 'mongodb', url: secretUrl, secretUrl } };
}

describeDatabase({
  name: 'mongodb driver',
  factory: mongodbDriver,
  transactionsOf: 'session',
  async startServer() {
    const peer = await MongodbPeer.start();
    const batch = (rows: readonly unknown[]): unknown =>
      expect.objectContaining({ cursor: expect.objectContaining({ firstBatch: rows }) });
    return {
      port: peer.port,
      options,
      operation,
      read: READ,
      rows: batch([{ _id: 'a', n: 0, big: '9007199254740993' }]) as never, // compared, not sent
      rowCount: 1,
      readNothing: { statement: { find: 'counters', filter: { none: true } } },
      nothing: [batch([]) as never, 0], // compared, not sent
      add: ADD,
      invalid: { statement: { nonsense: 1 } },
      counter: async () => peer.counter,
      reset: async () => void (peer.counter = 0),
      killConnections: async () => peer.killConnections(),
      openTransactions: async () => peer.open,
      stop: () => peer.stop(),
    };
  },
});

const BEGIN = operation({ transaction: { kind: 'begin', isolation: undefined, readOnly: false } });
const SNAPSHOT = operation({ transaction: { kind: 'begin', isolation: 'snapshot', readOnly: false } });
const COMMIT = operation({ transaction: { kind: 'commit' } });
const ROLLBACK = operation({ transaction: { kind: 'rollback' } });
const [add, read] = [operation(ADD), operation(READ)];
const OPERATIONS = [BEGIN, SNAPSHOT, COMMIT, ROLLBACK, add, read, operation({ type: 'update' })];

let peer: MongodbPeer;
const drivers: Driver[] = [];
beforeEach(async () => {
  peer = await MongodbPeer.start();
});
afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  await peer.stop();
});

async function open(query = ''): Promise<{ probe: Probe; run: (...all: readonly Operation[]) => Promise<string[]> }> {
  const driver = mongodbDriver(options('127.0.0.1', peer.port, OPERATIONS, query));
  drivers.push(driver);
  const probe = new Probe(await driver.connect(new AbortController().signal));
  peer.commands.length = 0;
  return {
    probe,
    async run(...all) {
      const outcomes: string[] = [];
      for (const one of all) {
        probe.operation = OPERATIONS.indexOf(one);
        outcomes.push(await probe.request(0));
      }
      return outcomes;
    },
  };
}

test('a begin sends nothing; the first command starts the transaction, and its end goes to admin', async () => {
  const { probe, run } = await open();
  await run(read);
  const sent = probe.totalSentBytes;
  expect(await run(BEGIN)).toEqual(['ok']);
  expect(probe.totalSentBytes).toBe(sent);
  expect(await run(read, add, COMMIT)).toEqual(['ok', 'ok', 'ok']);
  expect(peer.commands).toEqual([
    { name: 'find', startTransaction: true, $db: 'test' },
    { name: 'update', $db: 'test' },
    { name: 'commitTransaction', $db: 'admin' },
  ]);
});

test('a transaction without commands ends without a request', async () => {
  const { run } = await open();
  expect(await run(BEGIN, COMMIT, BEGIN, ROLLBACK, BEGIN, add, COMMIT)).toEqual(Array.from({ length: 7 }, () => 'ok'));
  expect(peer.commands.map(({ name }) => name as string)).toEqual(['update', 'commitTransaction']);
});

test('snapshot isolation sets the read concern of the first command, and the write concern is sent with the commit', async () => {
  const { run } = await open('&w=majority&readConcernLevel=local');
  expect(await run(SNAPSHOT, OPERATIONS[6]!, add, COMMIT)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(peer.commands).toEqual([
    { name: 'update', startTransaction: true, readConcern: { level: 'snapshot' }, $db: 'test' },
    { name: 'update', $db: 'test' },
    { name: 'commitTransaction', writeConcern: { w: 'majority' }, $db: 'admin' },
  ]);
});

test('a conflict fails as serialization, and the rollback of the aborted transaction succeeds', async () => {
  const one = await open();
  const other = await open();
  await one.run(BEGIN, add);
  expect([...(await other.run(BEGIN, add)), other.probe.detail]).toEqual(['ok', 'driver', 'serialization']);
  expect(await other.run(ROLLBACK)).toEqual(['ok']);
  expect(await one.run(COMMIT)).toEqual(['ok']);
  expect(await other.run(BEGIN, add, COMMIT)).toEqual(['ok', 'ok', 'ok']);
  expect(peer.counter).toBe(2);
});

test('a transaction that the server has ended fails as serialization, by the label of the error', async () => {
  const { probe, run } = await open();
  await run(BEGIN, add);
  await (await open()).run(BEGIN);
  peer.forgetTransactions();
  expect([...(await run(add)), probe.detail]).toEqual(['driver', 'serialization']);
});

test('a begin ends an earlier transaction that was left open', async () => {
  const { run } = await open();
  expect(await run(BEGIN, add, BEGIN, add, COMMIT)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect([peer.counter, peer.open]).toEqual([1, 0]);
});

test('a server without transactions fails permanently before the first request', async () => {
  const standalone = await MongodbPeer.start({ supportsTransactions: false });
  const driver = mongodbDriver(options('127.0.0.1', standalone.port, OPERATIONS));
  drivers.push(driver);
  await expect(driver.connect(new AbortController().signal)).rejects.toThrow(
    expect.objectContaining({
      message: `the server at mongodb://127.0.0.1:${standalone.port}/test?directConnection=true does not support transactions: Transaction numbers are only allowed on a replica set member or mongos`,
      hint: 'use a replica set or a sharded cluster of MongoDB, or remove `transaction`',
      field: ['transaction'],
    }),
  );
  await standalone.stop();
});

test.each([
  [
    { kind: 'begin', isolation: 'serializable', readOnly: false },
    'MongoDB does not have the isolation level `serializable`',
  ],
  [{ kind: 'begin', isolation: undefined, readOnly: true }, 'MongoDB does not have read-only transactions'],
] as const)('refuses %j', async (transaction, message) => {
  const driver = mongodbDriver(options('127.0.0.1', peer.port, [operation({ transaction })]));
  await expect(driver.check()).rejects.toThrow(message);
});

test('closed sessions wait until the server has aborted their transactions', async () => {
  const driver = mongodbDriver(options('127.0.0.1', peer.port, OPERATIONS));
  drivers.push(driver);
  const sessions = await Promise.all([1, 2, 3].map(() => driver.connect(new AbortController().signal)));
  for (const session of sessions) {
    const probe = new Probe(session);
    for (const one of [BEGIN, read]) {
      probe.operation = OPERATIONS.indexOf(one);
      expect(await probe.request(0)).toBe('ok');
    }
  }
  expect(peer.open).toBe(3);
  peer.abortDelayMs = 300;
  for (const session of sessions) session.reconnect();
  await expect.poll(() => peer.delayedAborts, { interval: 5 }).toBe(3);
  await Promise.all(sessions.map((session) => session.close()));
  expect(peer.open).toBe(0);
  // The library repeats an abort whose connection it has closed.
  expect(peer.delayedAborts).toBe(3);
});
