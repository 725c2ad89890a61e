import type { Driver, DriverOptions } from '../driver.ts';
import { createDriver } from '../session-base.ts';
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
  return createDriver(
    async () => {
      backend = await makeBackend(options);
      return shareable(options, backend);
    },
    (shared) => new SqlSession(shared),
    async () => backend?.close(),
  );
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
