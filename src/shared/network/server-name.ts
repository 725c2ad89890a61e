import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { domainToASCII } from 'node:url';

/**
 * Returns the server name of a TLS handshake (SNI, RFC 6066, section 3): ASCII, without the trailing dot of an absolute
 * name; empty for an IP address, which must not be sent.
 * @param host a host name or an address, an IPv6 address with or without brackets
 */
export function tlsServerName(host: string): string {
  if (isIP(withoutBrackets(host)) !== 0) return '';
  const name = host.replace(/\.$/, '');
  // A name that is not a domain name is sent unchanged.
  return domainToASCII(name) || name;
}

/**
 * Returns the options of `tls.connect` for a server known as `host`: the requested server name, and the name or address
 * that its certificate is verified against.
 */
export function serverIdentity(host: string): Pick<ConnectionOptions, 'host' | 'servername'> {
  return { host: withoutBrackets(host), servername: tlsServerName(host) };
}

/**
 * The same for a library that sets `host` to the host that it connects to.
 * @param serverName name or address to verify instead of the host; `undefined`: the host
 */
export function overriddenIdentity(
  host: string,
  serverName: string | undefined,
): Pick<ConnectionOptions, 'servername' | 'checkServerIdentity'> {
  const servername = tlsServerName(serverName ?? host);
  if (serverName === undefined || servername !== '') return { servername };
  // Node would verify against the host if the server name is empty.
  return { servername, checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate) };
}

/** An IPv6 address in the format of `connect`. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
