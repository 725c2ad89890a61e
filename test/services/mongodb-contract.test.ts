import { afterAll } from 'vitest';
import { mongodbDriver } from '../../src/drivers/mongodb/mongodb-driver.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { httpOptions, ticketMaterials } from '../contract/driver/http-options.ts';
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
