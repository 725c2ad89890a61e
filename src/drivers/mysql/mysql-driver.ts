import { isIP } from 'node:net';
import type { SslOptions } from 'mysql2';
import { LoadbotError } from '../../shared/errors.ts';
import { tcpAddress, unixAddress } from '../../shared/network/routed-socket.ts';
import { tlsServerName } from '../../shared/network/server-name.ts';
import type { Driver, DriverOptions } from '../driver.ts';
import type { SqlBackend } from '../sql/connection.ts';
import { connectionUrl, unreadableUrl, type SqlTls, takeTls } from '../sql/connection-url.ts';
import { sqlDriver } from '../sql/sql-driver.ts';
import { MysqlConnection } from './connection.ts';
import { mysqlDialect } from './dialect.ts';
import { classifyMysqlError } from './errors.ts';
import { guardedConnection, type MysqlTarget } from './frames.ts';
import { StatementKiller, KILL_TIMEOUT_MS } from './killer.ts';

const DEFAULT_PORT = 3306;
/**
 * Maximum number of row parsers in the library's cache, one per list of columns. Its default of 15,000 would use
 * hundreds of megabytes when a server changes its column descriptions each time.
 */
const PARSERS = 500;

/** Creates the MySQL and MariaDB driver of one job. */
export function mysqlDriver(options: DriverOptions): Driver {
  return sqlDriver(options, makeBackend);
}

async function makeBackend(options: DriverOptions): Promise<SqlBackend> {
  const library = await import('mysql2');
  const { createConnection, setMaxParserCache } = library.default;
  setMaxParserCache(PARSERS);
  const target = { createConnection, ...readConnection(options) };
  const { config } = target;
  const killer = new StatementKiller(
    (address) =>
      guardedConnection({ ...target, address, config: { ...config, connectTimeout: KILL_TIMEOUT_MS } }).connection,
    options.clock,
  );
  return {
    dialect: mysqlDialect,
    connect: (listener) => new MysqlConnection({ ...target, killer }, listener),
    classifyError: classifyMysqlError,
    close: () => killer.close(),
  };
}

/** @throws {LoadbotError} for a connection string that cannot be parsed, or a server that cannot be verified */
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
        // The values of rows are used only by checks and captures, where numbers are exact and dates are text.
        rowsAsArray: true,
        jsonStrings: true,
        ...(options.operations.some(({ needs }) => needs?.body === true) && {
          supportBigNumbers: true,
          dateStrings: true,
        }),
        // A connection preallocates these, 32 bytes each.
        maxPreparedStatements: options.operations.length + 1,
        // The driver's connect timeout covers connection and table.
        connectTimeout: 0,
        ...(socketPath !== null && { socketPath }),
        // The library sends this as the TLS server name; the socket determines the address.
        host: tlsServerName(host) || host,
        ...(tls !== undefined && { ssl: tlsOptions(tls) }),
      },
      address:
        socketPath === null
          ? tcpAddress(host, Number(port) || DEFAULT_PORT, options.timeoutMs)
          : unixAddress(socketPath),
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

/** Error for an IP address: the library would compare the certificate with `localhost`. */
function unverifiable(host: string): LoadbotError {
  return new LoadbotError(
    'config_invalid',
    `the certificate of a MySQL server at the address ${host} cannot be verified by name`,
    {
      hint: 'use the host name, or `ssl-mode=VERIFY_CA` to verify only the certificate',
    },
  );
}
