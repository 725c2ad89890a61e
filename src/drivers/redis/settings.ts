import type { Socket } from 'node:net';
import { LoadbotError } from '../../core/errors.ts';
import { addressBook } from '../../core/address-book.ts';
import { type Address, SOCKET_OPTIONS, tcpAddress } from '../../core/routed-socket.ts';
import { serverIdentity, withoutBrackets } from '../../core/server-name.ts';
import type { DriverOptions } from '../driver.ts';
import type { ClientOptions } from './client.ts';
import { refuseOptions, tlsOptions } from './tls-options.ts';

/** How to connect. */
export interface RedisSettings {
  /** Options of a client of its own: the library changes them. @param wire the socket under TLS */
  client(wire: Socket | undefined): ClientOptions;
  /** With TLS: where the socket goes that we put under it, as Node does not tell of those that others make. */
  readonly beneath: Address | undefined;
}

const DEFAULT_PORT = 6379;

/**
 * What a connection string and a job say about their connections. Nothing is retried, reconnected or queued behind our back: each
 * of these would hide from the numbers what the server did.
 * @throws {LoadbotError} for what is no Redis address, or a database that has no number
 */
export function redisSettings({ target, database, timeoutMs }: DriverOptions): RedisSettings {
  const url = parseUrl(target.secretUrl ?? target.url);
  const number = database ?? decodeURIComponent(url.pathname.slice(1));
  if (!/^\d*$/.test(number)) {
    throw new LoadbotError('config_invalid', `a database of Redis is a number, not \`${number}\``, {
      field: ['database'],
      hint: 'leave `database` out, or give its number, such as "0"',
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
    // The version that every server speaks; answers are the same for what we ask.
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // The engine has one timer for all requests of a job; the library would have one for each.
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

/** @throws {LoadbotError} which names no part of it: any may be a secret */
function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    // As the library will.
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    throw new LoadbotError('config_invalid', 'the connection string is no URL of a Redis server', {
      hint: 'such as redis://user:password@127.0.0.1:6379/0, with % in a password written as %25',
    });
  }
}
