import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { createClient } from 'redis';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { addressBook } from '../../shared/network/address-book.ts';
import { type Address, SOCKET_OPTIONS, tcpAddress } from '../../shared/network/routed-socket.ts';
import { serverIdentity, withoutBrackets } from '../../shared/network/server-name.ts';
import { readWorkloadText } from '../../shared/file-access.ts';
import type { DriverOptions } from '../driver.ts';

/** Options of a client of the library. */
export type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** Connection settings. */
export interface RedisSettings {
  /**
   * Options of one client, a new object each time because the library modifies it.
   * @param wire the socket below TLS
   */
  client(wire: Socket | undefined): ClientOptions;
  /**
   * Address of the socket below TLS, which the driver opens itself because Node publishes no TLS sockets. `undefined`
   * without TLS.
   */
  readonly beneath: Address | undefined;
}

const DEFAULT_PORT = 6379;

/**
 * Derives the connection settings from the connection string and the job. Retries, reconnects and queues of the library
 * are disabled, because they would hide the server's behaviour from the measurements.
 * @throws {LoadbotError} for an invalid Redis URL, or a database that is not a number
 */
export function redisSettings({ target, database, timeoutMs }: DriverOptions): RedisSettings {
  const url = parseUrl(target.secretUrl ?? target.url);
  const number = database ?? decodeURIComponent(url.pathname.slice(1));
  if (!/^\d*$/.test(number)) {
    throw new LoadbotError('config_invalid', `a database of Redis is a number, not \`${number}\``, {
      field: ['database'],
      hint: 'remove `database`, or set its number, such as "0"',
    });
  }
  const secure = url.protocol === 'rediss:';
  const tls = secure ? tlsOptions(url.searchParams) : undefined;
  if (!secure) refuseOptions(url.searchParams);
  url.pathname = `/${number}`;
  url.search = '';
  const host = withoutBrackets(url.hostname);
  const port = Number(url.port || DEFAULT_PORT);
  const client: RedisSettings['client'] = (wire) => ({
    url: url.href,
    // Protocol version that every server supports; the used replies are the same in version 3.
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // The engine has one timer for all requests of a job; the library would create one per request.
    commandOptions: { timeout: 0 },
    socket: {
      reconnectStrategy: false,
      connectTimeout: timeoutMs,
      ...SOCKET_OPTIONS,
      ...addressBook.route(host, port, timeoutMs),
      ...(wire !== undefined && { ...tls, ...serverIdentity(url.hostname), tls: true, socket: wire }),
    },
  });
  return { client, beneath: secure ? tcpAddress(host, port, timeoutMs) : undefined };
}

/** @throws {LoadbotError} without any part of the text, because any part may be a secret */
function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    // The library decodes them the same way.
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    throw new LoadbotError('config_invalid', 'the connection string is not a valid URL of a Redis server', {
      hint: 'such as redis://user:password@127.0.0.1:6379/0, with % in a password written as %25',
    });
  }
}

/** Options of a `rediss://` URL that name a PEM file, with the names of redis-py. */
const FILES: ReadonlyMap<string, 'ca' | 'cert' | 'key'> = new Map([
  ['ssl_ca_certs', 'ca'],
  ['ssl_certfile', 'cert'],
  ['ssl_keyfile', 'key'],
]);
/** Verification of the server's certificate: `required` or `none`. */
const CHECK = 'ssl_cert_reqs';

/**
 * Derives the TLS options; the certificate is verified unless the options disable it.
 * @param options query parameters of the connection string
 * @throws {LoadbotError} for unknown options and unreadable files
 */
function tlsOptions(options: URLSearchParams): ConnectionOptions {
  const tls: ConnectionOptions = { rejectUnauthorized: true };
  for (const [name, value] of options) {
    const file = FILES.get(name);
    if (file !== undefined) tls[file] = read(name, value);
    else if (name === CHECK && (value === 'none' || value === 'required'))
      tls.rejectUnauthorized = value === 'required';
    else throw unusable(name);
  }
  return tls;
}

/** @throws {LoadbotError} for any option: without TLS, none is supported */
function refuseOptions(options: URLSearchParams): void {
  for (const name of options.keys()) throw unusable(name);
}

function unusable(name: string): LoadbotError {
  return new LoadbotError(
    'config_invalid',
    `the option \`${name}\` of the connection string is unknown or has an invalid value`,
    {
      hint: `rediss:// supports ${[...FILES.keys()].join(', ')} (paths of PEM files) and ${CHECK} (required or none)`,
    },
  );
}

function read(name: string, path: string): string {
  try {
    return readWorkloadText(path);
  } catch (error) {
    throw new LoadbotError(
      'config_invalid',
      `cannot read the file of \`${name}\` in the connection string: ${messageOf(error)}`,
    );
  }
}
