import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { certificate } from '../../certificates/certificates.ts';
import type { ServiceBinary } from '../../services/binary.ts';
import { FERRETDB, startFerretdb } from '../../services/ferretdb.ts';
import { MARIADB, startMariadb } from '../../services/mariadb.ts';
import { POSTGRES, startPostgres } from '../../services/postgresql.ts';
import { REDIS, startRedis } from '../../services/redis.ts';

/** A server that loads go to while they work. */
export interface RunningTarget {
  readonly port: number;
  stop(): Promise<void>;
}

/** A target of runs that are ended. */
export interface EndedTarget {
  readonly name: string;
  /** Programs that it needs. */
  readonly services: readonly ServiceBinary[];
  start(): Promise<RunningTarget>;
  /** The connection string to a port, with what else the workload needs. */
  workload(port: number): Readonly<Record<string, unknown>>;
}

const tls = { insecure_skip_verify: true };
const identity = { key: certificate('server-key'), cert: certificate('server') };

export const TARGETS: readonly EndedTarget[] = [
  {
    name: 'http/1.1',
    services: [],
    start: () =>
      listen(createHttpServer((request, response) => void request.resume().on('end', () => response.end('{}')))),
    workload: (port) => ({ connection_string: `http://127.0.0.1:${port}` }),
  },
  {
    name: 'https',
    services: [],
    start: () =>
      listen(
        createHttpsServer(identity, (request, response) => void request.resume().on('end', () => response.end('{}'))),
      ),
    workload: (port) => ({ connection_string: `https://127.0.0.1:${port}`, http: { tls } }),
  },
  {
    name: 'http/2',
    services: [],
    start: () =>
      listen(
        createSecureServer(identity, (request, response) => void request.resume().on('end', () => response.end('{}'))),
      ),
    workload: (port) => ({ connection_string: `https://127.0.0.1:${port}`, http: { tls, version: 2 } }),
  },
  {
    name: 'postgres',
    services: [POSTGRES],
    start: () => startPostgres(),
    workload: (port) => ({ connection_string: `postgres://loadbot:secret@127.0.0.1:${port}/test` }),
  },
  {
    name: 'mysql',
    services: [MARIADB],
    start: () => startMariadb(),
    workload: (port) => ({ connection_string: `mysql://loadbot:secret@127.0.0.1:${port}/test` }),
  },
  {
    name: 'mongodb',
    services: [FERRETDB],
    start: () => startFerretdb(),
    workload: (port) => ({ connection_string: `mongodb://127.0.0.1:${port}/?directConnection=true` }),
  },
  {
    name: 'redis',
    services: [REDIS],
    start: () => startRedis(),
    workload: (port) => ({ connection_string: `redis://127.0.0.1:${port}` }),
  },
];

/** Any server of Node's that listens. */
async function listen(server: Server): Promise<RunningTarget> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
    },
  };
}
