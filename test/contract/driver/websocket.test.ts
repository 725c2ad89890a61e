import { fileURLToPath } from 'node:url';
import { sampleOptions, ticketData } from '../../../src/driver-kit/sample-options.ts';
import type { DriverOptions } from '../../../src/drivers/driver.ts';
import { webSocketDriver } from '../../../src/drivers/websocket/websocket-driver.ts';
import type { Json } from '../../../src/shared/json.ts';
import { EchoServer } from '../../websocket/echo-server.ts';
import { describeDriver } from './conformance.ts';

const ca = fileURLToPath(new URL('../../certificates/ca.pem', import.meta.url));
const materials = ticketData('#n');

const SUBJECTS: readonly (readonly [
  name: string,
  scheme: 'ws' | 'wss',
  command: Json,
  options: { [name: string]: Json },
])[] = [
  ['ws', 'ws', { send: { id: '#n' } }, {}],
  [
    'wss, with a match',
    'wss',
    { send: { id: '#n' }, match: { '/id': '#n', '/type': 'answer' } },
    { tls: { ca, server_name: 'localhost' } },
  ],
];

for (const [name, scheme, statement, driverOptions] of SUBJECTS) {
  const options = (host: string, port: number): DriverOptions => {
    const url = `${scheme}://${host}:${port}`;
    return sampleOptions({ driver: 'websocket', url, secretUrl: url }, [{ materials, statement }], { driverOptions });
  };
  describeDriver({
    name: `WebSocket driver, ${name}`,
    factory: webSocketDriver,
    garbageClass: scheme === 'wss' ? 'tls' : 'protocol',
    hasMisses: false,
    async startServer() {
      const server = await EchoServer.start({ tls: scheme === 'wss', size: 40_000 });
      return { port: server.port, served: () => server.received, options, stop: async () => server.stop() };
    },
  });
}
