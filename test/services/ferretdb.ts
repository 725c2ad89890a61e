import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import { FERRETDB } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

/** A server with MongoDB's protocol; its data is in SQLite. */
export { FERRETDB };

const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));

/** A FerretDB of a test's own, asked over a connection of its own. */
export interface FerretService extends Service {
  readonly port: number;
  readonly url: string;
  /** Runs a command on a database. */
  ask(database: string, command: Document): Promise<Document>;
  /** Documents of a collection that match. */
  count(database: string, collection: string, query?: Document): Promise<number>;
  /** How often a command was called. */
  calls(command: string): Promise<number>;
}

export interface FerretSettings {
  /** A free one without. */
  readonly port?: number;
  /** Folder that it keeps its data in, to be used by several one after the other; one of its own without. */
  readonly data?: string;
  /** The server accepts only TLS. */
  readonly tls?: boolean;
  /** Password of the only user, `loadbot`; without it access is open. */
  readonly password?: string;
  /** Name of the replica set that it is the only member of. */
  readonly replicaSet?: string;
}

export async function startFerretdb({
  port,
  data,
  tls = false,
  password,
  replicaSet,
}: FerretSettings = {}): Promise<FerretService> {
  const at = port ?? (await freePort());
  const credentials = password === undefined ? '' : `loadbot:${password}@`;
  const url = `mongodb://${credentials}127.0.0.1:${at}/${tls ? '?tls=true' : ''}`;
  const ask = (database: string, command: Document): Promise<Document> => askOnce(url, database, command);
  const service = await startService({
    binary: FERRETDB,
    async args(folder) {
      const dataFolder = data ?? join(folder, 'data');
      await mkdir(dataFolder, { recursive: true });
      const flags = {
        handler: 'sqlite',
        'sqlite-url': `file:${dataFolder}/`,
        'state-dir': folder,
        'debug-addr': '-',
        telemetry: 'disable',
        ...(replicaSet !== undefined && { 'repl-set-name': replicaSet }),
        [tls ? 'listen-tls' : 'listen-addr']: `127.0.0.1:${at}`,
        ...(tls && {
          'listen-addr': '',
          'listen-tls-cert-file': pem('server'),
          'listen-tls-key-file': pem('server-key'),
        }),
        ...(password !== undefined && {
          'setup-database': 'admin',
          'setup-username': 'loadbot',
          'setup-password': password,
        }),
      };
      const list = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
      return password === undefined ? list : [...list, '--test-enable-new-auth'];
    },
    askIfReady: () => ask('admin', { ping: 1 }),
  });
  return {
    ...service,
    port: at,
    url,
    ask,
    async count(database, collection, query = {}) {
      return Number((await ask(database, { count: collection, query }))['n']);
    },
    async calls(command) {
      const { metrics } = await ask('admin', { serverStatus: 1 });
      return Number((metrics as Document)['commands']?.[command]?.total ?? 0);
    },
  };
}

async function askOnce(url: string, database: string, command: Document): Promise<Document> {
  const client = new MongoClient(url, {
    directConnection: true,
    serverSelectionTimeoutMS: 2000,
    tlsAllowInvalidCertificates: true,
  });
  try {
    return await client.db(database).command(command);
  } finally {
    await client.close();
  }
}
