import type { LookupFunction } from 'node:net';
import { tlsServerName } from '../../core/server-name.ts';

/** Hosts of a connection string as the library is given them. */
export interface ServerNames {
  /** The connection string with each host name as its TLS server name (SNI); a secret if the given one is. */
  readonly url: string;
  /** The names that differ, as they are looked up: with the trailing dot of an absolute name. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * Writes the hosts of a connection string as the names that servers are asked for by: the library sends SNI as the host is
 * written. Addresses, unix sockets and `mongodb+srv` stay as they are.
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

/** Looks names up as they were given. */
export function lookupGiven(lookup: LookupFunction, given: ServerNames['given']): LookupFunction {
  return (name, options, callback) => lookup(given.get(name) ?? name, options, callback);
}
