import type { DatabaseServer } from '../contract/driver/database-conformance.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';

/** A server, and the statements about it that differ between databases. */
interface SqlSubject {
  readonly port: number;
  /** Connection string of a server at the given address. */
  readonly url: (host: string, port: number) => string;
  readonly ask: (text: string) => Promise<unknown[]>;
  readonly killConnections: () => Promise<void>;
  readonly openTransactions: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** The tables of the contract for databases on an SQL server. */
export async function sqlDatabase(subject: SqlSubject): Promise<DatabaseServer> {
  const { port, url, ask, killConnections, openTransactions, stop } = subject;
  await ask('CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)');
  await ask('CREATE TABLE cities (id int PRIMARY KEY, name varchar(20), people decimal(10, 2))');
  await ask("INSERT INTO cities VALUES (1, 'Rome', 2.50), (2, 'Ö''slo', NULL)");
  return {
    port,
    options: (host, at, operations) => sqlOptions(url(host, at), operations),
    operation: sqlOperation,
    read: { statement: 'SELECT id, name, people FROM cities WHERE id > #n ORDER BY id' },
    rows: [
      { id: 1, name: 'Rome', people: 2.5 },
      { id: 2, name: "Ö'slo", people: null },
    ],
    rowCount: 2,
    readNothing: { statement: 'SELECT id FROM cities WHERE id < #n' },
    nothing: [[], 0],
    add: { type: 'update', statement: 'UPDATE counters SET n = n + 1 WHERE id = #n' },
    invalid: { statement: 'SELECT nothing FROM cities' },
    async counter() {
      const [row] = await ask('SELECT n FROM counters WHERE id = 0');
      return (row as { n: number }).n;
    },
    async reset() {
      await ask('DELETE FROM counters');
      await ask('INSERT INTO counters VALUES (0, 0)');
    },
    killConnections,
    openTransactions,
    stop,
  };
}
