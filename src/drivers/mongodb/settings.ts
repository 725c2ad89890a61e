import type { LookupFunction } from 'node:net';
import type { MongoClientOptions } from 'mongodb';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { requireFileAccess } from '../../shared/file-access.ts';
import { addressBook } from '../../shared/network/address-book.ts';
import { SOCKET_OPTIONS, unixAddress } from '../../shared/network/routed-socket.ts';
import { tlsServerName, withoutBrackets } from '../../shared/network/server-name.ts';
import type { DriverOptions } from '../driver.ts';

const DEFAULT_PORT = 27_017;

/** Maximum number of connections opened concurrently; more would overflow a server's accept queue. */
const OPENING_AT_ONCE = 32;

/**
 * Settings that override the connection string, and defaults. Retries are disabled unless the connection string enables
 * them, because they would hide the server's behaviour from the measurements.
 */
export function clientOptions({ target, timeoutMs, sessions }: DriverOptions): MongoClientOptions {
  const url = target.secretUrl ?? target.url;
  const given = optionNames(url);
  requireAllowed(url);
  const { lookup, ...route } = addressBook.route('', portOf(url), timeoutMs);
  const unlessGiven: MongoClientOptions = {
    appName: 'loadbot-agent',
    retryReads: false,
    retryWrites: false,
    maxAdaptiveRetries: 0,
    maxConnecting: OPENING_AT_ONCE,
    connectTimeoutMS: timeoutMs,
    maxIdleTimeMS: 0,
    waitQueueTimeoutMS: 0,
    socketTimeoutMS: 0,
    heartbeatFrequencyMS: 10_000,
    serverSelectionTimeoutMS: timeoutMs,
    // One monitoring connection instead of two.
    serverMonitoringMode: 'poll',
  };
  return {
    ...Object.fromEntries(Object.entries(unlessGiven).filter(([name]) => !given.has(name.toLowerCase()))),
    // One connection per worker. No minimum pool size, because it would apply to each server of a replica set and open
    // one connection every 100 ms.
    maxPoolSize: sessions,
    minPoolSize: 0,
    noDelay: SOCKET_OPTIONS.noDelay,
    keepAliveInitialDelay: SOCKET_OPTIONS.keepAliveInitialDelay,
    ...route,
    ...(lookup !== undefined && { lookup: lookupGiven(lookup, serverNames(url).given) }),
  };
}

/** Options that name a file, which the library reads. */
const FILE_OPTIONS: ReadonlySet<string> = new Set(['tlscafile', 'tlscertificatekeyfile', 'tlscrlfile']);
/** Mechanisms that can fetch credentials of this machine from a metadata service, and send them to the server. */
const OF_MACHINE = /^MONGODB-(AWS|OIDC)$/i;

/** @throws {LoadbotError} for an address, a unix socket, a file or credentials that the workload must not use */
function requireAllowed(url: string): void {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (FILE_OPTIONS.has(name.toLowerCase())) requireFile(name, value);
    if (name.toLowerCase() === 'authmechanism' && OF_MACHINE.test(value)) addressBook.requireMetadata(value);
  }
  const [, hosts = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/i.exec(url) ?? [];
  for (const server of hosts.split(',')) {
    const host = decodeURIComponent(server);
    if (host.includes('/')) unixAddress(host);
    else addressBook.route(withoutBrackets(host.replace(/:\d*$/, '')), 0);
  }
}

function requireFile(name: string, path: string): void {
  try {
    requireFileAccess(path);
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot read the file of \`${name}\`: ${messageOf(cause)}`, { cause });
  }
}

/** Port of the first host. Hosts with other ports are still distinguished by their addresses. */
function portOf(url: string): number {
  return Number(/:(\d+)(?=[,/?]|$)/.exec(url.replace(/^[^/]*\/\/(?:[^@/]*@)?/, ''))?.[1] ?? DEFAULT_PORT);
}

/** Option names of a connection string, which are case-insensitive. */
function optionNames(url: string): ReadonlySet<string> {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}

/** Host names of a connection string, as passed to the library. */
export interface ServerNames {
  /** The connection string with each host name as its TLS server name (SNI). A secret if the original is one. */
  readonly url: string;
  /** Original names that differ, for DNS lookups: with the trailing dot of an absolute name. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * Rewrites the hosts of a connection string as TLS server names, because the library sends the written host as SNI.
 * Addresses, unix sockets and `mongodb+srv` stay unchanged.
 */
export function serverNames(url: string): ServerNames {
  const [, start, hosts] = /^(mongodb:\/\/(?:[^@/]*@)?)([^@/?]+)/i.exec(url) ?? [];
  if (start === undefined || hosts === undefined) return { url, given: new Map() };
  const given = new Map<string, string>();
  const written = hosts.split(',').map((host) => {
    const name = host.replace(/:\d*$/, '');
    const serverName = /[[%]/.test(name) ? '' : tlsServerName(name);
    if (serverName === '' || serverName === name.toLowerCase()) return host;
    given.set(serverName, name);
    return serverName + host.slice(name.length);
  });
  return { url: start + written.join(',') + url.slice(start.length + hosts.length), given };
}

/** Looks up the original names. */
function lookupGiven(lookup: LookupFunction, given: ServerNames['given']): LookupFunction {
  return (name, options, callback) => lookup(given.get(name) ?? name, options, callback);
}
