import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../src/drivers/driver.ts';
import { redisDriver } from '../../src/drivers/redis/redis-driver.ts';
import { describeDatabase } from '../contract/driver/database-conformance.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { httpOptions, ticketMaterials } from '../contract/driver/http-options.ts';
import { Probe } from '../../src/driver-kit/probe.ts';
import { operation } from '../unit/drivers/operations.ts';
import { describeWithServices } from './binary.ts';
import { REDIS, type RedisService, startRedis } from './redis.ts';

const DOCUMENT = JSON.stringify({ _id: 'there', text: 'x'.repeat(40_000) });
const materials = { ...ticketMaterials, key: (sequence: number) => (sequence % 2 === 0 ? 'there' : 'nowhere') };
const ca = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));

describeWithServices('redis', [REDIS], () => {
  for (const [name, scheme, garbageClass] of [
    ['plain', 'redis', 'protocol'],
    ['TLS', 'rediss', 'tls'],
  ] as const) {
    describeDriver({
      name: `redis driver, ${name}`,
      factory: redisDriver,
      garbageClass,
      async startServer() {
        const server = await startRedis({ tls: scheme === 'rediss' });
        await server.ask('SET', 'docs:there', DOCUMENT);
        return {
          port: server.port,
          served: () => server.calls('get'),
          options: (host, port) => {
            const address = host === '127.0.0.1' && scheme === 'rediss' ? 'localhost' : host;
            const secretUrl = `${scheme}://${address}:${port}${scheme === 'rediss' ? `?ssl_ca_certs=${ca}` : ''}`;
            return { ...httpOptions('', { materials }), target: { driver: 'redis', url: secretUrl, secretUrl } };
          },
          stop: () => server.stop(),
        };
      },
    });
  }
});

describeWithServices('redis as a database', [REDIS], () => {
  describeDatabase({
    name: 'redis driver',
    factory: redisDriver,
    transactionsOf: 'connection',
    async startServer() {
      const server = await startRedis();
      await server.ask('RPUSH', 'cities', 'Rome', 'Öslo', '');
      return {
        port: server.port,
        options(host, port, operations) {
          const secretUrl = `redis://${host}:${port}`;
          return { ...httpOptions(''), operations, target: { driver: 'redis', url: secretUrl, secretUrl } };
        },
        operation,
        read: { statement: 'LRANGE cities 0 -1' },
        rows: ['Rome', 'Öslo', ''],
        rowCount: 3,
        readNothing: { statement: 'GET nowhere' },
        nothing: [null, 0],
        add: { type: 'update', statement: 'INCR counter' },
        invalid: { statement: 'GETT counter' },
        counter: async () => Number(await server.ask('GET', 'counter')),
        reset: async () => void (await server.ask('SET', 'counter', '0')),
        killConnections: async () => void (await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
        async openTransactions() {
          const clients = String(await server.ask('CLIENT', 'LIST'));
          return [...clients.matchAll(/ multi=(-?\d+)/g)].filter(([, queued]) => Number(queued) >= 0).length;
        },
        stop: () => server.stop(),
      };
    },
  });
});

describeWithServices('transactions of redis', [REDIS], () => {
  let server: RedisService;
  const closing: (() => Promise<void>)[] = [];
  const needs = { headers: false, body: true, maxBytes: 1000 };
  const [begin, commit, rollback] = [
    { transaction: { kind: 'begin', isolation: undefined, readOnly: false } },
    { transaction: { kind: 'commit' }, needs },
    { transaction: { kind: 'rollback' } },
  ] as const;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  afterAll(() => server.stop());

  /** A function that performs an operation by its position, and its worker. */
  async function open(...operations: readonly Partial<Operation>[]): Promise<[Probe, (at: number) => Promise<string>]> {
    const target = { driver: 'redis', url: server.url, secretUrl: server.url } as const;
    const driver = redisDriver({ ...httpOptions(''), target, operations: operations.map(operation) });
    const session = await driver.connect(new AbortController().signal);
    closing.push(() => session.close());
    const probe = new Probe(session);
    return [
      probe,
      async (at) => {
        probe.operation = at;
        return probe.request(0);
      },
    ];
  }

  test('reply with QUEUED, and with all results at the commit', async () => {
    const [probe, run] = await open(begin, { statement: 'INCR a', needs }, { statement: 'GET b', needs }, commit);
    expect(await run(0)).toBe('ok');
    expect([await run(1), probe.response?.value(), probe.response?.rowCount]).toEqual(['ok', 'QUEUED', undefined]);
    expect([await run(2), probe.response?.value()]).toEqual(['ok', 'QUEUED']);
    expect([await run(3), probe.response?.value(), probe.response?.rowCount]).toEqual(['ok', [1, null], 2]);
    expect([await run(2), probe.response?.rowCount]).toEqual(['miss', 0]);
  });

  test('fail as serialization if a watched key has changed', async () => {
    const [probe, run] = await open({ statement: 'WATCH w' }, begin, { statement: 'SET w mine' }, commit);
    expect([await run(0), await run(1), await run(2)]).toEqual(['ok', 'ok', 'ok']);
    await server.ask('SET', 'w', 'theirs');
    expect([await run(3), probe.detail]).toEqual(['driver', 'serialization']);
    expect(String(probe.failure)).toContain('a watched key has changed');
    expect(await server.ask('GET', 'w')).toBe('theirs');
    expect([await run(1), await run(2), await run(3)]).toEqual(['ok', 'ok', 'ok']);
    expect(await server.ask('GET', 'w')).toBe('mine');
  });

  test('fail if one of their commands fails at the commit', async () => {
    await server.ask('SET', 'text', 'abc');
    const [probe, run] = await open(begin, { statement: 'INCR text' }, { statement: 'INCR other' }, commit);
    expect([await run(0), await run(1), await run(2)]).toEqual(['ok', 'ok', 'ok']);
    expect([await run(3), probe.detail]).toEqual(['driver', 'syntax']);
    expect(String(probe.failure)).toContain('not an integer');
    // Redis executes the other commands.
    expect(await server.ask('GET', 'other')).toBe('1');
  });

  test('fail without a detail that leads to a retry if the server refused one of their commands', async () => {
    const [probe, run] = await open(begin, { statement: 'GETT a' }, commit, rollback);
    expect([await run(0), await run(1), probe.detail]).toEqual(['ok', 'driver', 'syntax']);
    expect([await run(2), probe.detail]).toEqual(['driver', undefined]);
    expect(String(probe.failure)).toContain('EXECABORT');
    expect([await run(0), await run(3)]).toEqual(['ok', 'ok']);
  });
});
