import { createSecureContext, type ConnectionOptions, type SecureContext, type SecureContextOptions } from 'node:tls';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { LocalAddresses } from './local-addresses.ts';
import { type Address, tcpAddress, unixAddress } from '../../shared/network/routed-socket.ts';
import { serverIdentity, withoutBrackets } from '../../shared/network/server-name.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';
import type { HttpOptions } from '../../plan/target.ts';
import { decodeUserinfo } from '../../shared/network/userinfo.ts';
import type { DriverOptions } from '../driver.ts';
import { canCountBelowTls } from './tls-wire.ts';

/** Address, proxy and TLS layers of a job's connections; resolved once. */
export interface Endpoint {
  /** Origin that HTTP/2 connects to, and default `host` of requests. */
  readonly origin: string;
  /** Address of the TCP or unix socket. */
  readonly address: Address;
  /** TLS to the proxy, the lowest layer above the socket. */
  readonly proxyTls: ConnectionOptions | undefined;
  /** CONNECT request to the proxy, when a tunnel is needed. */
  readonly tunnel: Tunnel | undefined;
  /** TLS to the target. */
  readonly tls: ConnectionOptions | undefined;
  /**
   * Whether HTTP is above another socket: through a proxy with TLS or a tunnel, and over TLS if this version of Node has
   * no counters of bytes below a TLS socket. Layers are slower, because Node reads into buffers that it allocates.
   */
  readonly isLayered: boolean;
  readonly http2: boolean;
  /** Prefix of request paths: the target's origin when a proxy forwards the requests, else empty. */
  readonly pathPrefix: string;
  /** Headers that the route to the target requires. */
  readonly headers: Readonly<Record<string, string>>;
  /** Addresses that sockets are bound to, in turn; `undefined`: chosen by the system. */
  readonly localAddresses: LocalAddresses | undefined;
}

/** A CONNECT request. */
export interface Tunnel {
  /** Host and port of the target. */
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws {LoadbotError} when a URL, a certificate or a key cannot be used. */
export function resolveEndpoint({ target, http, timeoutMs }: DriverOptions): Endpoint {
  const url = parseUrl(target.url, 'the target URL');
  const secure = url.protocol === 'https:';
  const tls = secure ? tlsTo(url, http) : undefined;
  const direct: Endpoint = {
    origin: url.origin,
    address: http.unixSocket === undefined ? addressOf(url, http, timeoutMs) : unixAddress(http.unixSocket),
    proxyTls: undefined,
    tunnel: undefined,
    tls,
    isLayered: tls !== undefined && !canCountBelowTls(tls.secureContext),
    http2: http.version === 2,
    pathPrefix: '',
    headers: {},
    localAddresses: http.localAddresses.length === 0 ? undefined : new LocalAddresses(http.localAddresses),
  };
  if (http.proxy === undefined || http.unixSocket !== undefined) return direct;

  const proxy = parseUrl(http.proxy, 'the proxy URL');
  const proxyTls = proxy.protocol === 'https:' ? tlsToProxy(proxy, http) : undefined;
  const reached = {
    ...direct,
    address: addressOf(proxy, http, timeoutMs),
    proxyTls,
    isLayered: direct.isLayered || proxyTls !== undefined,
  };
  // Only plain HTTP/1.1 can be forwarded per request; everything else needs a tunnel.
  if (secure || http.version === 2) {
    const authority = `${url.hostname}:${portOf(url)}`;
    const headers = { host: authority, ...authorizationOf(proxy) };
    return { ...reached, isLayered: true, tunnel: { authority, headers } };
  }
  return {
    ...reached,
    origin: `http://${proxy.host}`,
    pathPrefix: url.origin,
    headers: { host: url.host, ...authorizationOf(proxy) },
  };
}

function parseUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // The URL may contain credentials, so the message does not repeat it.
  throw new LoadbotError('config_invalid', `${what} is not an http or https URL`, {
    hint: 'write it as http://host:port or https://host:port',
  });
}

function addressOf(url: URL, { connectTo }: HttpOptions, timeoutMs: number): Address {
  const named = `${url.hostname}:${portOf(url)}`;
  const [, host = url.hostname, port = portOf(url)] = /^(.*):(\d+)$/.exec(connectTo[named] ?? '') ?? [];
  return tcpAddress(withoutBrackets(host), Number(port), timeoutMs);
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function tlsTo(url: URL, { tls, version }: HttpOptions): ConnectionOptions {
  return {
    ...verification(tls.serverName ?? url.hostname, tls, { cert: tls.cert, key: tls.key }),
    ALPNProtocols: [version === 2 ? 'h2' : 'http/1.1'],
  };
}

/** The client certificate and the server name are for the target, not for the proxy. */
function tlsToProxy(url: URL, { tls }: HttpOptions): ConnectionOptions {
  return { ...verification(url.hostname, tls, {}), ALPNProtocols: ['http/1.1'] };
}

function verification(host: string, tls: TlsOptions, identity: SecureContextOptions): ConnectionOptions {
  return {
    ...serverIdentity(host),
    rejectUnauthorized: !tls.insecureSkipVerify,
    // Created once: parsing CA certificates takes milliseconds.
    secureContext: contextOf({ ca: tls.ca, ...identity }),
  };
}

function contextOf(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new LoadbotError('config_invalid', `the TLS certificates cannot be used: ${messageOf(error)}`, {
      field: ['http', 'tls'],
      hint: 'ca, cert and key must be PEM, and the key must belong to the certificate',
      cause: error,
    });
  }
}

/** `proxy-authorization` header from the credentials in the proxy's URL. */
function authorizationOf(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const credentials = `${decodeUserinfo(proxy.username)}:${decodeUserinfo(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
