import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../nginx.js';
import { databaseServer } from './server.js';

const SCALE = 5;
const ACCOUNTS = SCALE * 100_000;
/** Debian keeps each version in a folder of its own. */
const ROOT = '/usr/lib/postgresql';

/** @type {import('../databases.js').Database} */
export const POSTGRES = {
  name: 'PostgreSQL',
  needs: ['pgbench'],
  async start() {
    const version = readdirSync(ROOT)
      .sort((one, other) => Number(one) - Number(other))
      .at(-1);
    const bin = join(ROOT, version ?? '', 'bin');
    const server = databaseServer('postgres');
    const port = await freePort();
    const url = `postgres://loadbot@127.0.0.1:${port}/postgres`;
    const data = server.path('data');
    server.run([join(bin, 'initdb'), '-D', data, '-U', 'loadbot', '--auth=trust', '--no-sync']);
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${server.path()}`];
    await server.start(
      [join(bin, 'postgres'), '-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])],
      async () => {
        const client = new pg.Client(url);
        await client.connect();
        await client.end();
      },
    );
    server.run([
      'pgbench',
      '-h',
      '127.0.0.1',
      '-p',
      `${port}`,
      '-U',
      'loadbot',
      '-i',
      '-q',
      '-s',
      `${SCALE}`,
      'postgres',
    ]);
    return { url, port, stop: () => server.stop() };
  },
  job: { type: 'read', sql: `SELECT abalance FROM pgbench_accounts WHERE aid = #int(1,${ACCOUNTS})` },
  bare: async (url) => {
    const client = new pg.Client(url);
    await client.connect();
    const query = { name: 'read', text: 'SELECT abalance FROM pgbench_accounts WHERE aid = $1', values: [0] };
    return (done) => {
      query.values[0] = 1 + Math.floor(Math.random() * ACCOUNTS);
      client.query(query, done);
    };
  },
  references: [
    {
      name: 'pgbench -S -M prepared',
      needs: 'pgbench',
      argv: ({ port }, connections, seconds) =>
        `pgbench -h 127.0.0.1 -p ${port} -U loadbot -S -M prepared -n -c ${connections} -j 1 -T ${seconds} -s ${SCALE} postgres`.split(
          ' ',
        ),
      requests: (output) => Number(/transactions actually processed: (\d+)/.exec(output)?.[1]),
    },
  ],
};
