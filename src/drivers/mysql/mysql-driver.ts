import { isIP } from 'node:net';
import type { SslOptions } from 'mysql2';
import { LoadbotError } from '../../core/errors.ts';
import { tcpAddress } from '../../core/routed-socket.ts';
import { tlsServerName } from '../../core/server-name.ts';
import type { Driver, DriverOptions } from '../driver.ts';
import { loadPeer, PEERS } from '../optional-peer.ts';
import type { SqlBackend } from '../sql/connection.ts';
import { connectionUrl, unreadableUrl } from '../sql/connection-url.ts';
import { sqlDriver } from '../sql/sql-driver.ts';
import { type SqlTls, takeTls } from '../sql/tls.ts';
import { MysqlConnection } from './connection.ts';
import { mysqlDialect } from './dialect.ts';
import { judgeMysql } from './errors.ts';
import { guardedConnection, type MysqlTarget } from './guarded-connection.ts';
import { Killer, PATIENCE_MS } from './killer.ts';

const DEFAULT_PORT = 3306;
/**
 * Row parsers that the library keeps, one for each list of columns that it meets: its default of 15,000 would hold
 * hundreds of megabytes when a server describes its columns differently each time.
 */
const PARSERS = 500;

/** Speaks to MySQL and MariaDB for one job. */
export function mysqlDriver(options: DriverOptions): Driver {
  return sqlDriver(options, makeBackend);
}

async function makeBackend(options: DriverOptions): Promise<SqlBackend> {
  const library = await loadPeer(PEERS.mysql, () => import('mysql2'));
  const { createConnection, setMaxParserCache } = library.default;
  setMaxParserCache(PARSERS);
  const target = { createConnection, ...readConnection(options) };
  const { config } = target;
  const killer = new Killer(
    (address) =>
      guardedConnection({ ...target, address, config: { ...config, connectTimeout: PATIENCE_MS } }).connection,
    options.clock,
  );
  return {
    dialect: mysqlDialect,
    connect: (listener) => new MysqlConnection({ ...target, killer }, listener),
    judge: judgeMysql,
    close: () => killer.close(),
  };
}

/** @throws {LoadbotError} for what cannot be read, or cannot be verified */
export function readConnection(options: DriverOptions): Omit<MysqlTarget, 'createConnection'> {
  const { base, parameters } = connectionUrl(options);
  const tls = takeTls(parameters);
  const socketPath = parameters.get('socketPath');
  parameters.delete('socketPath');
  try {
    const { hostname, port } = new URL(base);
    const host = decodeURIComponent(hostname.replace(/^\[(.*)\]$/, '$1'));
    if (tls?.verify === 'full' && isIP(host) !== 0) throw unverifiable(host);
    return {
      config: {
        uri: parameters.size === 0 ? base : `${base}?${parameters.toString()}`,
        // A row's values are not looked at.
        rowsAsArray: true,
        jsonStrings: true,
        // A connection has these from the start, 32 bytes for each.
        maxPreparedStatements: options.operations.length + 1,
        // Ours bounds the whole opening, the table included.
        connectTimeout: 0,
        ...(socketPath !== null && { socketPath }),
        // The library sends this as the server name; where it connects to is the socket's to decide.
        host: tlsServerName(host) || host,
        ...(tls !== undefined && { ssl: tlsOptions(tls) }),
      },
      address:
        socketPath === null ? tcpAddress(host, Number(port) || DEFAULT_PORT, options.timeoutMs) : { path: socketPath },
    };
  } catch (error) {
    throw error instanceof LoadbotError ? error : unreadableUrl('mysql://user:password@127.0.0.1:3306/test');
  }
}

function tlsOptions({ verify, ca, cert, key }: SqlTls): SslOptions {
  return {
    rejectUnauthorized: verify !== 'none',
    verifyIdentity: verify === 'full',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** The library would compare the certificate with `localhost` instead. */
function unverifiable(host: string): LoadbotError {
  return new LoadbotError(
    'config_invalid',
    `the certificate of a MySQL server at the address ${host} cannot be verified by name`,
    {
      hint: 'give the host name, or `ssl-mode=VERIFY_CA` to verify the certificate alone',
    },
  );
}
