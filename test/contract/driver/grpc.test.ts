import { fileURLToPath } from 'node:url';
import { grpcDriver } from '../../../src/drivers/grpc/grpc-driver.ts';
import { sampleOptions, ticketData } from '../../../src/driver-kit/sample-options.ts';
import type { DriverOptions } from '../../../src/drivers/driver.ts';
import { OrdersServer, PROTO } from '../../grpc/orders-server.ts';
import { describeDriver } from './conformance.ts';

const ca = fileURLToPath(new URL('../../certificates/ca.pem', import.meta.url));
const materials = ticketData('#n');

for (const scheme of ['grpc', 'grpcs'] as const) {
  const options = (host: string, port: number): DriverOptions => {
    const url = `${scheme}://${host}:${port}`;
    const tls = scheme === 'grpcs' ? { tls: { ca, server_name: 'localhost' } } : {};
    return sampleOptions(
      { driver: 'grpc', url, secretUrl: url },
      [{ materials, statement: { method: 'shop.Orders/Get', message: { id: '#n' } } }],
      { driverOptions: { proto: PROTO, ...tls } },
    );
  };
  describeDriver({
    name: `grpc driver, ${scheme}`,
    factory: grpcDriver,
    garbageClass: scheme === 'grpcs' ? 'tls' : 'protocol',
    async startServer() {
      const server = await OrdersServer.start({ tls: scheme === 'grpcs', size: 40_000 });
      return { port: server.port, served: () => server.calls.get, options, stop: async () => server.stop() };
    },
  });
}
