import { afterAll, beforeAll } from 'vitest';
import { mysqlDriver } from '../../src/drivers/mysql/mysql-driver.ts';
import { describeDatabase } from '../contract/driver/database-conformance.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, type MariadbService, startMariadb } from './mariadb.ts';
import { sqlDatabase } from './sql-database.ts';

/** Counts its own executions, in a sequence, which no rollback takes back. */
const COUNTED = "SELECT * FROM (SELECT repeat('x', 40000) AS text, NEXTVAL(served) AS n) AS counted WHERE #n % 2 = 0";

describeWithServices('mariadb', [MARIADB], () => {
  let server: MariadbService;

  beforeAll(async () => {
    server = await startMariadb(['--ssl']);
    await server.ask('CREATE SEQUENCE served CACHE 1');
  });

  afterAll(() => server.stop());

  for (const [name, query, garbageClass] of [
    ['plain', '', 'protocol'],
    ['TLS', '?ssl=no-verify', 'tls'],
  ] as const) {
    describeDriver({
      name: `mysql driver, ${name}`,
      factory: mysqlDriver,
      garbageClass,
      cancelsOnServer: true,
      async startServer() {
        await server.ask('ALTER SEQUENCE served RESTART 1');
        return {
          port: server.port,
          async served() {
            const [row] = await server.ask<{ calls: number }>('SELECT next_not_cached_value - 1 AS calls FROM served');
            return row?.calls ?? -1;
          },
          options: (host, port) =>
            sqlOptions(`mysql://loadbot:secret@${host}:${port}/test${query}`, [sqlOperation({ statement: COUNTED })]),
          stop: async () => undefined,
        };
      },
    });
  }
});

describeWithServices('mariadb as a database', [MARIADB], () => {
  describeDatabase({
    name: 'mysql driver',
    factory: mysqlDriver,
    transactionsOf: 'connection',
    async startServer() {
      const server = await startMariadb();
      const others = "FROM information_schema.processlist WHERE user = 'loadbot'";
      return sqlDatabase({
        port: server.port,
        url: (host, at) => `mysql://loadbot:secret@${host}:${at}/test`,
        ask: (text) => server.ask(text),
        async killConnections() {
          for (const { id } of await server.ask<{ id: number }>(`SELECT id AS id ${others}`))
            await server.ask(`KILL ${id}`);
        },
        async openTransactions() {
          const [row] = await server.ask<{ n: number }>('SELECT count(*) AS n FROM information_schema.innodb_trx');
          return row?.n ?? -1;
        },
        stop: () => server.stop(),
      });
    },
  });
});
