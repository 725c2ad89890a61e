import type { Socket } from 'node:net';
import { LoadbotError } from '../../core/errors.ts';
import type { TlsOptions } from '../../core/target.ts';
import type { DriverOptions } from '../driver.ts';
import type { ClientOptions } from './client.ts';

/** How to connect. */
export interface RedisSettings {
  /** Options of a client of its own: the library changes them. @param wire the socket under TLS */
  client(wire: Socket | undefined): ClientOptions;
  /** With TLS: where the socket goes that we put under it, as Node does not tell of those that others make. */
  readonly beneath: { readonly host: string; readonly port: number } | undefined;
}

const DEFAULT_PORT = 6379;

/**
 * What a connection string and a job say about their connections. Nothing is retried, reconnected or queued behind our back: each
 * of these would hide from the numbers what the server did.
 * @throws {LoadbotError} for what is no Redis address, or a database that has no number
 */
export function redisSettings({ target, database, timeoutMs, http: { tls } }: DriverOptions): RedisSettings {
  const text = target.secretUrl ?? target.url;
  if (!URL.canParse(text)) {
    throw new LoadbotError('config_invalid', 'the connection string is no URL of a Redis server', {
      hint: 'such as redis://user:password@127.0.0.1:6379/0, with % in a password written as %25',
    });
  }
  const url = new URL(text);
  const number = database ?? decodeURIComponent(url.pathname.slice(1));
  if (!/^\d*$/.test(number)) {
    throw new LoadbotError('config_invalid', `a database of Redis is a number, not \`${number}\``, {
      hint: 'leave `database` out, or give its number, such as "0"',
    });
  }
  url.pathname = `/${number}`;
  const secure = url.protocol === 'rediss:';
  // An IPv6 address is in brackets in a URL only.
  const address = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || DEFAULT_PORT) };
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
      ...(wire !== undefined && { ...secureSocket(tls), socket: wire }),
    },
  });
  return { client, beneath: secure ? address : undefined };
}

function secureSocket(tls: TlsOptions) {
  return {
    tls: true,
    rejectUnauthorized: !tls.insecureSkipVerify,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
  } as const;
}
