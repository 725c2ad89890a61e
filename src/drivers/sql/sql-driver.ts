import type { Driver, DriverOptions, Session } from '../driver.ts';
import { compileOperations } from './compile.ts';
import type { SqlBackend } from './connection.ts';
import { type SqlSessionOptions, SqlSession } from './session.ts';
import { TableCreator } from './table.ts';

/**
 * Creates the SQL driver of one job.
 * @param makeBackend creates the connections of one kind of server; called once, by the first session, so that invalid
 * options and a missing client library reject `connect`, as its contract requires
 */
export function sqlDriver(
  options: DriverOptions,
  makeBackend: (options: DriverOptions) => Promise<SqlBackend>,
): Driver {
  let backend: SqlBackend | undefined;
  const prepare = async (): Promise<SqlSessionOptions> => {
    backend = await makeBackend(options);
    return shareable(options, backend);
  };
  let shared: Promise<SqlSessionOptions> | undefined;
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      shared ??= prepare();
      const session = new SqlSession(await shared);
      await session.open(signal);
      return session;
    },
    async check(): Promise<void> {
      await (shared ??= prepare());
    },
    async close(): Promise<void> {
      await backend?.close();
    },
  };
}

function shareable(options: DriverOptions, backend: SqlBackend): SqlSessionOptions {
  const { target, timeoutMs, clock } = options;
  const { table, statements } = compileOperations(options, backend.dialect);
  return {
    backend,
    target,
    timeoutMs,
    clock,
    openingAhead: { goesOn: true },
    tableMaker: new TableCreator(table, backend, target),
    statements,
  };
}
