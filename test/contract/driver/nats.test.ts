import { fileURLToPath } from 'node:url';
import { sampleOptions, ticketData } from '../../../src/driver-kit/sample-options.ts';
import type { DriverOptions } from '../../../src/drivers/driver.ts';
import { natsDriver } from '../../../src/drivers/nats/nats-driver.ts';
import { FakeNatsServer } from '../../nats/fake-server.ts';
import { describeDriver } from './conformance.ts';

const ca = fileURLToPath(new URL('../../certificates/ca.pem', import.meta.url));
const materials = ticketData('#n');

for (const scheme of ['nats', 'tls'] as const) {
  const options = (host: string, port: number): DriverOptions => {
    const url = `${scheme}://${host}:${port}`;
    return sampleOptions(
      { driver: 'nats', url, secretUrl: url },
      [{ materials, statement: { jetstream_next: 'S', consumer: 'c#n', ack: false } }],
      { driverOptions: scheme === 'tls' ? { tls: { ca, server_name: 'localhost' } } : {} },
    );
  };
  describeDriver({
    name: `NATS driver, ${scheme}`,
    factory: natsDriver,
    garbageClass: scheme === 'tls' ? 'tls' : 'protocol',
    async startServer() {
      const server = await FakeNatsServer.start(40_000, scheme === 'tls');
      return { port: server.port, served: () => server.served, options, stop: () => server.stop() };
    },
  });
}
