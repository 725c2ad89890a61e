import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { LoadbotError } from '../../shared/errors.ts';
import { type Address, tcpAddress, unixAddress } from '../../shared/network/routed-socket.ts';
import type { Driver, DriverOptions } from '../driver.ts';
import type { SqlBackend } from '../sql/connection.ts';
import { connectionUrl, unreadableUrl, type SqlTls, takeTls } from '../sql/connection-url.ts';
import { sqlDriver } from '../sql/sql-driver.ts';
import { CancelRequests } from './cancel-requests.ts';
import { PostgresConnection, type PostgresOptions } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { classifyPostgresError } from './errors.ts';
import { SendBuffer } from './statement-message.ts';

/** Size of the buffer that the connections of a job read into, in bytes. */
const READ_BUFFER_BYTES = 65_536;

/** Settings of the library that would distort measurements: a timer per query, or several queries in flight. */
const LIBRARY_MODES = ['query_timeout', 'pipeline'];

/** Creates the driver of one job for PostgreSQL and servers that are compatible with its protocol. */
export function postgresDriver(options: DriverOptions): Driver {
  return sqlDriver(options, makeBackend);
}

async function makeBackend(options: DriverOptions): Promise<SqlBackend> {
  const { Client } = await import('pg');
  const config = clientConfig(options);
  const address = addressOf(Client, config, options.timeoutMs);
  const cancelRequests = new CancelRequests(options.clock);
  const shared: PostgresOptions = {
    Client,
    config,
    address,
    cancelRequests,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    sendBuffer: new SendBuffer(),
  };
  return {
    dialect: postgresDialect,
    connect: (listener) => new PostgresConnection(shared, listener),
    classifyError: classifyPostgresError,
    close: () => cancelRequests.close(),
  };
}

/**
 * Client settings. The agent parses the TLS options, so that `require` has the same meaning in every version of the
 * library; the library parses the rest.
 */
export function clientConfig(options: DriverOptions): ClientConfig {
  const { base, parameters } = connectionUrl(options);
  const tls = takeTls(parameters);
  for (const name of LIBRARY_MODES) parameters.delete(name);
  return {
    connectionString: parameters.size === 0 ? base : `${base}?${parameters.toString()}`,
    ssl: tls === undefined ? false : tlsOptions(tls),
    fallback_application_name: 'loadbot-agent',
    // Already set on the socket.
    keepAlive: false,
    // The driver's connect timeout covers connection and table; the engine has one timer for all requests.
    connectionTimeoutMillis: 0,
    query_timeout: 0,
    pipeline: false,
  };
}

function tlsOptions({ verify, ca, cert, key }: SqlTls): ConnectionOptions {
  return {
    rejectUnauthorized: verify !== 'none',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(verify === 'chain' && { checkServerIdentity: () => undefined }),
  };
}

/**
 * Server address as the library reads it from the connection string and the environment.
 * @throws {LoadbotError} when the library cannot parse it
 */
function addressOf(Library: typeof Client, config: ClientConfig, timeoutMs: number): Address {
  try {
    const { host, port } = new Library(config);
    return host.startsWith('/') ? unixAddress(`${host}/.s.PGSQL.${port}`) : tcpAddress(host, port, timeoutMs);
  } catch (error) {
    if (error instanceof LoadbotError) throw error;
    throw unreadableUrl('postgres://user:password@127.0.0.1:5432/test');
  }
}
