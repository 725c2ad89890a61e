import { afterAll, expect, test } from 'vitest';
import { mongodbDriver } from '../../src/drivers/mongodb/mongodb-driver.ts';
import { describeDatabase } from '../contract/driver/database-conformance.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { httpOptions, ticketMaterials } from '../contract/driver/http-options.ts';
import { operation } from '../unit/drivers/operations.ts';
import { describeWithServices } from './binary.ts';
import { FERRETDB, type FerretService, startFerretdb } from './ferretdb.ts';

const materials = {
  ...ticketMaterials,
  criteria: (sequence: number) => ({ _id: sequence % 2 === 0 ? 'there' : 'nowhere' }),
};

describeWithServices('mongodb', [FERRETDB], () => {
  let running: Promise<FerretService> | undefined;
  /** One for all tests, as it takes its time to start. */
  async function start(): Promise<FerretService> {
    const server = await startFerretdb();
    await server.ask('load', { insert: 'docs', documents: [{ _id: 'there', text: 'x'.repeat(40_000) }] });
    return server;
  }
  afterAll(async () => (await running)?.stop());

  describeDriver({
    name: 'mongodb driver',
    factory: mongodbDriver,
    pooled: true,
    garbageClass: 'protocol',
    async startServer() {
      const server = await (running ??= start());
      const before = await server.calls('find');
      return {
        port: server.port,
        served: async () => (await server.calls('find')) - before,
        options: (host, port) => {
          const secretUrl = `mongodb://${host}:${port}/load`;
          return { ...httpOptions('', { materials }), target: { driver: 'mongodb', url: secretUrl, secretUrl } };
        },
        async stop() {
          // The next test uses it, too.
        },
      };
    },
  });
});

describeWithServices('mongodb as a database', [FERRETDB], () => {
  describeDatabase({
    name: 'mongodb driver, FerretDB',
    factory: mongodbDriver,
    transactionsOf: 'none',
    async startServer() {
      const server = await startFerretdb();
      await server.ask('load', {
        insert: 'cities',
        documents: [
          { _id: 1, name: 'Rome' },
          { _id: 2, name: null },
        ],
      });
      await server.ask('load', { insert: 'counters', documents: [{ _id: 'a', n: 0 }] });
      return {
        port: server.port,
        options(host, port, operations) {
          const secretUrl = `mongodb://${host}:${port}/load`;
          return { ...httpOptions(''), operations, target: { driver: 'mongodb', url: secretUrl, secretUrl } };
        },
        operation,
        read: { statement: { find: 'cities', sort: { _id: 1 } } },
        rows: expect.objectContaining({
          cursor: expect.objectContaining({
            firstBatch: [
              { _id: 1, name: 'Rome' },
              { _id: 2, name: null },
            ],
          }),
        }),
        rowCount: 2,
        readNothing: { statement: { find: 'cities', filter: { _id: 9 } } },
        nothing: [expect.objectContaining({ cursor: expect.objectContaining({ firstBatch: [] }) }), 0],
        add: {
          type: 'update',
          statement: { update: 'counters', updates: [{ q: { _id: 'a' }, u: { $inc: { n: 1 } } }] },
        },
        invalid: { statement: { nonsense: 1 } },
        counter: () => server.count('load', 'counters', { n: 1 }),
        reset: async () =>
          void (await server.ask('load', { update: 'counters', updates: [{ q: {}, u: { $set: { n: 0 } } }] })),
        killConnections: async () => undefined,
        openTransactions: async () => undefined,
        stop: () => server.stop(),
      };
    },
  });
});

describeWithServices('transactions of a server without them', [FERRETDB], () => {
  test.each([undefined, 'rs0'])('are refused before the first request, with the replica set %s', async (replicaSet) => {
    const server = await startFerretdb({ ...(replicaSet !== undefined && { replicaSet }) });
    const transaction = { kind: 'begin', isolation: undefined, readOnly: false } as const;
    const secretUrl = `${server.url}test`;
    const driver = mongodbDriver({
      ...httpOptions(''),
      operations: [operation({ transaction })],
      target: { driver: 'mongodb', url: secretUrl, secretUrl },
    });
    try {
      await expect(driver.connect(new AbortController().signal)).rejects.toThrow(
        /^the server at mongodb:.* does not support transactions: /,
      );
    } finally {
      await driver.close();
      await server.stop();
    }
  });
});
