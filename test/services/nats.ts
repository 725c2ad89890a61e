import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { NATS, NATS_NEWEST, type Need } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { NATS, NATS_NEWEST };

/** A nats-server of a test. */
export interface NatsService extends Service {
  readonly port: number;
}

export interface NatsServerOptions {
  /** Default: Debian's. */
  readonly binary?: Need;
  /** Default: a free one. */
  readonly port?: number;
  /** Content of its configuration, or the path of a file. */
  readonly config?: string | { readonly path: string };
  /** Enables JetStream, with its data in a temporary folder. */
  readonly jetstream?: boolean;
  /** Environment variables that the configuration refers to. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a nats-server on loopback and waits until it accepts connections. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsService> {
  const { binary = NATS, config, jetstream = false, env = {} } = options;
  const port = options.port ?? (await freePort());
  const service = await startService({
    binary,
    async args(folder) {
      const path = typeof config === 'object' ? config.path : join(folder, 'nats.conf');
      if (typeof config === 'string') await writeFile(path, config);
      return [
        '--addr',
        '127.0.0.1',
        `--port=${port}`,
        ...(config === undefined ? [] : ['--config', path]),
        ...(jetstream ? ['--jetstream', `--store_dir=${join(folder, 'store')}`] : []),
      ];
    },
    env: () => env,
    askIfReady: () => readInfo(port),
  });
  return { ...service, port };
}

/** Reads the first bytes of a connection, which a server sends without being asked. */
async function readInfo(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
