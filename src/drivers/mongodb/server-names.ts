import type { LookupFunction } from 'node:net';
import { tlsServerName } from '../../shared/network/server-name.ts';

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
export function lookupGiven(lookup: LookupFunction, given: ServerNames['given']): LookupFunction {
  return (name, options, callback) => lookup(given.get(name) ?? name, options, callback);
}
