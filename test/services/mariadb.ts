import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { certificate } from '../certificates/certificates.ts';
import { MARIADB, type ServiceBinary } from '../needs.ts';
import { DatabaseFolder } from './database-folder.ts';
import { freePort, type Service, startService } from './service.ts';

export { MARIADB };
const INSTALL_DB: ServiceBinary = { name: 'mariadb-install-db', debianPackage: 'mariadb-server' };

/** A MariaDB of a test's own, with the user `loadbot`, its password `secret` and the database `test`. */
export interface MariadbService extends Service {
  readonly port: number;
  readonly url: string;
  /** Runs a statement and gives its rows. */
  ask<Row>(text: string, values?: readonly (string | number)[]): Promise<Row[]>;
  /** Starts it again with the same data, after it was killed. */
  restart(): Promise<void>;
}

/** @param settings of the server, such as `--max-connections=10`; `--ssl` gives it the tests' certificate */
export async function startMariadb(settings: readonly string[] = []): Promise<MariadbService> {
  const folder = new DatabaseFolder('mysql');
  const port = await freePort();
  const data = join(folder.path, 'data');
  // Each server removes the temporary tables that it finds when it starts: also those of another in the same folder.
  const places = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder.path}`];
  folder.run(INSTALL_DB, [...places, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-log-bin']);
  const root = `mysql://root@127.0.0.1:${port}/mysql`;
  const url = `mysql://loadbot:secret@127.0.0.1:${port}/test`;
  const spec = {
    ...folder.command(MARIADB, [...places, ...flags(folder, port, settings)]),
    askIfReady: () => ask(root, 'SELECT 1'),
  };
  let service = await startService(spec);
  await ask(root, 'CREATE DATABASE test');
  await ask(root, "CREATE USER loadbot IDENTIFIED BY 'secret'");
  await ask(root, 'GRANT ALL ON test.* TO loadbot');
  return {
    port,
    url,
    // As root, for whom one connection is kept when there are too many.
    ask: (text, values) => ask(root.replace(/mysql$/, 'test'), text, values),
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

function flags(folder: DatabaseFolder, port: number, settings: readonly string[]): string[] {
  const all = [
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder.path, 'socket')}`,
    `--pid-file=${join(folder.path, 'pid')}`,
    // Commits must survive the process, but not the machine.
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=32M',
    ...settings,
  ];
  if (settings.includes('--ssl')) {
    all.push(`--ssl-cert=${folder.write('server.pem', certificate('server'))}`);
    all.push(`--ssl-key=${folder.write('server-key.pem', certificate('server-key'))}`);
  }
  return all;
}

async function ask<Row>(uri: string, text: string, values: readonly (string | number)[] = []): Promise<Row[]> {
  const connection = await mysql.createConnection(uri);
  connection.on('error', () => undefined);
  try {
    const [rows] = await connection.query(text, [...values]);
    return rows as Row[]; // of a statement that has any
  } finally {
    connection.destroy();
  }
}
