import { fileURLToPath } from 'node:url';
import { redisDriver } from '../../src/drivers/redis/redis-driver.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { httpOptions, ticketMaterials } from '../contract/driver/http-options.ts';
import { describeWithServices } from './binary.ts';
import { REDIS, startRedis } from './redis.ts';

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
