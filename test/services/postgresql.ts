import { join } from 'node:path';
import pg from 'pg';
import { certificate } from '../certificates/certificates.ts';
import { POSTGRES, type ServiceBinary } from '../needs.ts';
import { DatabaseFolder } from './database-folder.ts';
import { freePort, type Service, startService } from './service.ts';

export { POSTGRES };
const INITDB: ServiceBinary = { ...POSTGRES, name: 'initdb' };

/** A PostgreSQL of a test's own, with the user `loadbot`, its password `secret` and the database `test`. */
export interface PostgresService extends Service {
  readonly port: number;
  readonly url: string;
  /** Runs a statement and gives its rows. */
  ask<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Starts it again with the same data, after it was killed. */
  restart(): Promise<void>;
}

/** @param settings of the server, such as `max_connections=10`; `ssl=on` gives it the tests' certificate */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresService> {
  const folder = new DatabaseFolder('postgres');
  const port = await freePort();
  const address = `postgres://loadbot:secret@127.0.0.1:${port}`;
  const data = join(folder.path, 'data');
  const password = folder.write('password', 'secret');
  const access = ['--username=loadbot', '--auth=scram-sha-256', `--pwfile=${password}`];
  folder.run(INITDB, ['--pgdata', data, ...access, '--no-sync', '--encoding=UTF8', '--locale=C']);
  const spec = {
    ...folder.command(POSTGRES, ['-D', data, '-p', String(port), ...flags(folder, settings)]),
    askIfReady: () => ask(`${address}/postgres`, 'SELECT 1'),
  };
  let service = await startService(spec);
  await ask(`${address}/postgres`, 'CREATE DATABASE test');
  return {
    port,
    url: `${address}/test`,
    ask: (text, values) => ask(`${address}/test`, text, values),
    kill: () => service.kill(),
    async restart() {
      await service.stop();
      service = await startService(spec);
    },
    async stop() {
      await service.stop();
      folder.remove();
    },
  };
}

function flags(folder: DatabaseFolder, settings: readonly string[]): string[] {
  const all = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder.path}`,
    // Commits must survive the process, but not the machine.
    'fsync=off',
    'shared_buffers=16MB',
    ...settings,
  ];
  if (settings.includes('ssl=on')) {
    all.push(`ssl_cert_file=${folder.write('server.pem', certificate('server'))}`);
    all.push(`ssl_key_file=${folder.write('server-key.pem', certificate('server-key'))}`);
  }
  return all.flatMap((setting) => ['-c', setting]);
}

async function ask<Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
