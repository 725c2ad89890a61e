import { afterAll, beforeAll } from 'vitest';
import { postgresDriver } from '../../src/drivers/postgres/postgres-driver.ts';
import { describeDatabase } from '../contract/driver/database-conformance.ts';
import { describeDriver } from '../contract/driver/conformance.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';
import { describeWithServices } from './binary.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';
import { sqlDatabase } from './sql-database.ts';

/** Counts its own executions, in a sequence, which no rollback takes back. */
const COUNTED = `CREATE OR REPLACE FUNCTION counted(ticket int) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT repeat('x', 40000) FROM nextval('served') WHERE ticket % 2 = 0 $$`;

describeWithServices('postgresql', [POSTGRES], () => {
  let server: PostgresService;

  beforeAll(async () => {
    server = await startPostgres(['ssl=on']);
    await server.ask('CREATE SEQUENCE served');
    await server.ask(COUNTED);
  });

  afterAll(() => server.stop());

  for (const [name, query, garbageClass] of [
    ['plain', '', 'protocol'],
    ['TLS', '?sslmode=no-verify', 'tls'],
  ] as const) {
    describeDriver({
      name: `postgres driver, ${name}`,
      factory: postgresDriver,
      garbageClass,
      cancelsOnServer: true,
      async startServer() {
        await server.ask("SELECT setval('served', 1, false)");
        return {
          port: server.port,
          async served() {
            const [row] = await server.ask<{ calls: number }>(
              'SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::int AS calls FROM served',
            );
            return row?.calls ?? -1;
          },
          options: (host, port) =>
            sqlOptions(`postgres://loadbot:secret@${host}:${port}/test${query}`, [
              sqlOperation({ statement: 'SELECT * FROM counted(#n)' }),
            ]),
          stop: async () => undefined,
        };
      },
    });
  }
});

describeWithServices('postgresql as a database', [POSTGRES], () => {
  describeDatabase({
    name: 'postgres driver',
    factory: postgresDriver,
    transactionsOf: 'connection',
    async startServer() {
      const server = await startPostgres();
      const others = "FROM pg_stat_activity WHERE application_name = 'loadbot-agent'";
      return sqlDatabase({
        port: server.port,
        url: (host, at) => `postgres://loadbot:secret@${host}:${at}/test`,
        ask: (text) => server.ask(text),
        async killConnections() {
          await server.ask(`SELECT pg_terminate_backend(pid) ${others}`);
        },
        async openTransactions() {
          const [row] = await server.ask<{ n: number }>(`SELECT count(xact_start)::int AS n ${others}`);
          return row?.n ?? -1;
        },
        stop: () => server.stop(),
      });
    },
  });
});
