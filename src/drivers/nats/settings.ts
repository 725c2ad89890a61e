import type { ConnectionOptions } from 'node:tls';
import type { DriverOptions } from '../driver.ts';
import { fileSetting, requireKnownSettings, settingError, textSetting, tlsSettings } from '../driver-settings.ts';
import { parseServerList, secureConnections, type ServerAddress } from '../server-list.ts';
import { readCredentials, readSeed, type UserKey } from './nkeys.ts';

/** Fields of CONNECT that authenticate a connection. @param nonce of the server; empty: it sent none */
type Authenticate = (nonce: string) => { readonly [field: string]: string };

/** Connection settings of a job. */
export interface NatsDriverSettings {
  /** At least one; connections are spread over them. */
  readonly servers: readonly ServerAddress[];
  readonly authenticate: Authenticate;
  /** TLS options for a host; `undefined`: without TLS. */
  readonly tls: ((host: string) => ConnectionOptions) | undefined;
  /** Whether TLS begins before the server's first line (`handshake_first`). */
  readonly tlsFirst: boolean;
  /** Beginning of the subjects for replies. */
  readonly inboxPrefix: string;
}

const SCHEMES = { plain: 'nats:', secure: 'tls:' } as const;
const FIELDS: readonly string[] = ['user', 'password', 'token', 'nkey_file', 'creds_file', 'tls', 'inbox_prefix'];
const KINDS: readonly string[] = ['user', 'token', 'nkey_file', 'creds_file'];
const DEFAULT_PORT = 4222;

/**
 * Parses `driver_options` and the connection string of a job.
 * @throws {LoadbotError} for unknown or invalid settings and unreadable files
 */
export function natsSettings(options: DriverOptions): NatsDriverSettings {
  const { driverOptions, folder, target } = options;
  const list = parseServerList(target.secretUrl ?? target.url, {
    title: 'a NATS server',
    example: 'nats://127.0.0.1:4222, or nats://HOST1:4222,HOST2:4222 for a cluster',
    defaultPort: DEFAULT_PORT,
  });
  requireKnownSettings(driverOptions, FIELDS);
  const isSecure = list.scheme === SCHEMES.secure;
  const { first: tlsFirst = false } = Object(driverOptions['tls'] ?? {}) as { readonly first?: unknown };
  if (typeof tlsFirst !== 'boolean') throw settingError(['tls', 'first'], 'must be true or false');
  const tls = tlsSettings(driverOptions['tls'], folder, 'tls://', isSecure, ['first']);
  const inboxPrefix = textSetting(driverOptions, 'inbox_prefix') ?? '_INBOX';
  if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(inboxPrefix)) throw settingError(['inbox_prefix'], 'must be a subject');
  return {
    servers: list.servers,
    authenticate: authentication(options, list.user, list.password),
    tls: isSecure ? secureConnections(tls) : undefined,
    tlsFirst,
    inboxPrefix,
  };
}

function authentication({ driverOptions, folder }: DriverOptions, user?: string, password?: string): Authenticate {
  const kinds = KINDS.filter((name) => driverOptions[name] !== undefined);
  if (user !== undefined) kinds.unshift('the connection string');
  if (kinds.length > 1) throw settingError([], `has two kinds of credentials: ${kinds.join(', ')}`, 'keep one');
  const named = textSetting(driverOptions, 'user');
  const secret = textSetting(driverOptions, 'password');
  if ((named === undefined) !== (secret === undefined))
    throw settingError([named === undefined ? 'password' : 'user'], 'needs the other one of `user` and `password`');
  const token = textSetting(driverOptions, 'token');
  const fields = {
    ...(user !== undefined && (password === undefined ? { auth_token: user } : { user, pass: password })),
    ...(named !== undefined && secret !== undefined && { user: named, pass: secret }),
    ...(token !== undefined && { auth_token: token }),
  };
  const seed = fileSetting(driverOptions, 'nkey_file', folder);
  const creds = fileSetting(driverOptions, 'creds_file', folder);
  if (seed === undefined && creds === undefined) return () => fields;
  const found = seed === undefined ? readCredentials(creds ?? '') : { jwt: undefined, key: readSeed(seed.trim()) };
  if (found?.key === undefined) {
    const [name, content] =
      seed === undefined
        ? ['creds_file', 'the credentials of a user, as written by nsc']
        : ['nkey_file', "the seed of a user's nkey (SU...)"];
    throw settingError([name], `must name a file with ${content}`);
  }
  const { jwt, key } = found;
  return (nonce) => signed(nonce, key, jwt);
}

function signed(nonce: string, key: UserKey, jwt: string | undefined): ReturnType<Authenticate> {
  const sig = nonce === '' ? {} : { sig: key.sign(nonce) };
  return jwt === undefined ? { nkey: key.publicKey, ...sig } : { jwt, nkey: key.publicKey, ...sig };
}
