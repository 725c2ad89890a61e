import pg from 'pg';
import { PGBOUNCER } from '../needs.ts';
import { DatabaseFolder } from './database-folder.ts';
import { freePort, type Service, startService } from './service.ts';

export { PGBOUNCER };

/** A pooler of a test's own, before the database `test` of a PostgreSQL on loopback. */
export interface PgbouncerService extends Service {
  readonly port: number;
  readonly url: string;
}

/** Each transaction gets one of `poolSize` connections of the server, for any client. */
export async function startPgbouncer(serverPort: number, poolSize: number): Promise<PgbouncerService> {
  const folder = new DatabaseFolder('postgres');
  const port = await freePort();
  const url = `postgres://loadbot@127.0.0.1:${port}/test`;
  const settings = folder.write(
    'pgbouncer.ini',
    `[databases]
test = host=127.0.0.1 port=${serverPort} dbname=test user=loadbot password=secret
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`,
  );
  const service = await startService({ ...folder.command(PGBOUNCER, [settings]), askIfReady: () => ask(url) });
  return {
    port,
    url,
    kill: () => service.kill(),
    async stop() {
      await service.stop();
      folder.remove();
    },
  };
}

async function ask(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}
