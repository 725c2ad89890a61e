import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { REDIS } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { REDIS };

const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
const CERTIFICATES = {
  '--tls-cert-file': pem('server'),
  '--tls-key-file': pem('server-key'),
  '--tls-ca-cert-file': pem('ca'),
  '--tls-auth-clients': 'no',
};

/** A Redis of a test's own, asked over a connection of its own. */
export interface RedisService extends Service {
  readonly port: number;
  readonly url: string;
  /** Asks it something. */
  ask(...words: string[]): Promise<unknown>;
  /** How often a command was called, by its lower-case name. */
  calls(command: string): Promise<number>;
}

export interface RedisSettings {
  /** Beside `--port`, such as `--requirepass`; nothing is saved to disk by default. */
  readonly settings?: readonly string[];
  /** A free one without. */
  readonly port?: number;
  /** The server accepts only TLS. */
  readonly tls?: boolean;
  /** Password of the user `default`. */
  readonly password?: string;
}

export async function startRedis({
  settings = [],
  port,
  tls = false,
  password,
}: RedisSettings = {}): Promise<RedisService> {
  const at = port ?? (await freePort());
  const credentials = password === undefined ? '' : `:${password}@`;
  const url = `${tls ? 'rediss' : 'redis'}://${credentials}127.0.0.1:${at}`;
  const ask = (...words: string[]): Promise<unknown> => askOnce(url, words);
  const service = await startService({
    binary: REDIS,
    args: () => {
      const common = {
        '--bind': '127.0.0.1',
        '--save': '',
        ...(password !== undefined && { '--requirepass': password }),
      };
      const listen = tls ? { '--port': '0', '--tls-port': String(at), ...CERTIFICATES } : { '--port': String(at) };
      return [...Object.entries({ ...common, ...listen }).flat(), ...settings];
    },
    askIfReady: () => ask('PING'),
  });
  return {
    ...service,
    port: at,
    url,
    ask,
    async calls(command) {
      const statistics = String(await ask('INFO', 'commandstats'));
      return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(statistics)?.[1] ?? 0);
    },
  };
}

async function askOnce(url: string, words: readonly string[]): Promise<unknown> {
  const client = createClient({
    url,
    socket: { reconnectStrategy: false, ...(url.startsWith('rediss:') && { tls: true, rejectUnauthorized: false }) },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}
