import mysql from 'mysql2';
import { freePort } from '../nginx.js';
import { databaseServer } from './server.js';

const ACCOUNTS = 100_000;
/** What mysqlslap is to send a second; it has no time limit of its own. */
const SLAP_RATE = 20_000;

/** @type {import('../databases.js').Database} */
export const MARIADB = {
  name: 'MariaDB',
  needs: ['mariadbd', 'mariadb-install-db'],
  async start() {
    const server = databaseServer('mysql');
    const port = await freePort();
    const url = `mysql://root@127.0.0.1:${port}/mysql`;
    const data = `--datadir=${server.path('data')}`;
    server.run(['mariadb-install-db', '--no-defaults', data, '--auth-root-authentication-method=normal']);
    const settings = ['--bind-address=127.0.0.1', `--socket=${server.path('socket')}`, `--port=${port}`];
    await server.start(['mariadbd', '--no-defaults', data, ...settings], () => ask(url, 'SELECT 1'));
    await ask(url, 'CREATE TABLE accounts (aid int PRIMARY KEY, abalance int)');
    await ask(url, `INSERT INTO accounts SELECT seq, 0 FROM seq_1_to_${ACCOUNTS}`);
    return { url, port, stop: () => server.stop() };
  },
  job: { type: 'read', sql: `SELECT abalance FROM accounts WHERE aid = #int(1,${ACCOUNTS})` },
  bare: async (url) => {
    const connection = mysql.createConnection(url);
    return (done) => {
      const aid = 1 + Math.floor(Math.random() * ACCOUNTS);
      connection.execute('SELECT abalance FROM accounts WHERE aid = ?', [aid], done);
    };
  },
  references: [
    {
      name: 'mysqlslap',
      needs: 'mysqlslap',
      argv: ({ port }, connections, seconds) =>
        [
          'mysqlslap',
          '--no-defaults',
          '-h127.0.0.1',
          `-P${port}`,
          '-uroot',
          '--create-schema=mysql',
          '--silent',
        ].concat(
          `--concurrency=${connections}`,
          `--number-of-queries=${SLAP_RATE * seconds}`,
          '--query=SELECT abalance FROM accounts WHERE aid = 4711',
        ),
      requests: (_, seconds) => SLAP_RATE * seconds,
    },
  ],
};

/** @param {string} url @param {string} text */
async function ask(url, text) {
  const connection = mysql.createConnection(url);
  connection.on('error', () => undefined);
  try {
    await connection.promise().query(text);
  } finally {
    connection.destroy();
  }
}
