import type { Driver, DriverOptions, Session } from '../driver.ts';
import { compileOperations } from './compile.ts';
import type { SqlBackend } from './connection.ts';
import { type SqlShared, SqlSession } from './session.ts';
import { TableMaker } from './table-maker.ts';

/**
 * Speaks SQL for one job.
 * @param makeBackend what speaks to its kind of server; called once, by the first session, so that unusable options and a missing
 *   client library are reported where the contract says
 */
export function sqlDriver(
  options: DriverOptions,
  makeBackend: (options: DriverOptions) => Promise<SqlBackend>,
): Driver {
  let backend: SqlBackend | undefined;
  const prepare = async (): Promise<SqlShared> => {
    backend = await makeBackend(options);
    return shareable(options, backend);
  };
  let shared: Promise<SqlShared> | undefined;
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

function shareable(options: DriverOptions, backend: SqlBackend): SqlShared {
  const { target, timeoutMs, clock } = options;
  const { table, statements } = compileOperations(options, backend.dialect);
  return {
    backend,
    target,
    timeoutMs,
    clock,
    openingAhead: { goesOn: true },
    tableMaker: new TableMaker(table, backend, target),
    statements,
  };
}
