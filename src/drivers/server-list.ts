import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { TlsOptions } from '../shared/network/destination.ts';
import { serverIdentity, withoutBrackets } from '../shared/network/server-name.ts';
import { decodeUserinfo, splitUserinfo } from '../shared/network/userinfo.ts';
import { settingError } from './driver-settings.ts';

/** Address of a server of a cluster. */
export interface ServerAddress {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A parsed connection string of a cluster: `scheme://user:password@host1:port1,host2`. */
export interface ServerList {
  /** With its colon. */
  readonly scheme: string;
  /** At least one. */
  readonly servers: readonly ServerAddress[];
  /** Decoded; `undefined` without credentials. */
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** How a driver names its servers in messages. */
interface ServerNames {
  /** A server: `a NATS server`. */
  readonly title: string;
  readonly example: string;
  readonly defaultPort: number;
}

const SERVER = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/;

/**
 * Parses a connection string that names one or more servers and nothing else.
 * @throws {LoadbotError} without any part of the text, because any part may be a secret
 */
export function parseServerList(text: string, { title, example, defaultPort }: ServerNames): ServerList {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:)\/\/(.*)$/is.exec(text) ?? [];
  const { userinfo, address } = splitUserinfo(rest);
  const servers = address
    .replace(/\/$/, '')
    .split(',')
    .map((one): ServerAddress | undefined => {
      const [, host, port = String(defaultPort)] = SERVER.exec(one) ?? [];
      return host === undefined || Number(port) > 65_535
        ? undefined
        : { host: withoutBrackets(host), port: Number(port) };
    });
  if (servers.every((one) => one !== undefined)) {
    const [user = '', password = ''] = (userinfo ?? '').split(/:(.*)/s, 2).map(decodeUserinfo);
    return { scheme: scheme.toLowerCase(), servers, user: user || undefined, password: password || undefined };
  }
  throw new LoadbotError('config_invalid', `the connection string is not the address of ${title}`, {
    hint: `such as ${example}; settings belong into \`driver_options\``,
  });
}

/**
 * Options of `tls.connect` for each server of a list.
 * @throws {LoadbotError} for files that are not certificates or keys
 */
export function secureConnections(tls: TlsOptions): (host: string) => ConnectionOptions {
  const { ca, cert, key, serverName, insecureSkipVerify } = tls;
  try {
    const secureContext = createSecureContext({ ca, cert, key });
    return (host) => ({
      ...serverIdentity(serverName ?? host),
      rejectUnauthorized: !insecureSkipVerify,
      secureContext,
    });
  } catch (error) {
    throw settingError(['tls'], `is not usable: ${messageOf(error)}`);
  }
}
