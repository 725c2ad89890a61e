import { createSecureContext, type ConnectionOptions, type SecureContext, type SecureContextOptions } from 'node:tls';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import { type Address, tcpAddress } from '../../core/routed-socket.ts';
import { serverIdentity, withoutBrackets } from '../../core/server-name.ts';
import type { HttpOptions, TlsOptions } from '../../core/target.ts';
import { decodeUserinfo } from '../../core/userinfo.ts';
import type { DriverOptions } from '../driver.ts';

/** Where a job's connections go and what is laid over them; worked out once. */
export interface Endpoint {
  /** What HTTP/2 is told that it is connected to, and the host that requests name when nothing else is said. */
  readonly origin: string;
  /** Where the connection itself goes. */
  readonly address: Address;
  /** TLS to the proxy, underneath everything else. */
  readonly proxyTls: ConnectionOptions | undefined;
  /** Set when a proxy must first be asked to connect through to the target. */
  readonly tunnel: Tunnel | undefined;
  /** TLS to the target. */
  readonly tls: ConnectionOptions | undefined;
  readonly http2: boolean;
  /** What a request path starts with: the target's origin when a proxy is to forward the request, else nothing. */
  readonly pathPrefix: string;
  /** Headers that the way to the target calls for. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether HTTP is spoken over the wire itself, with no other layer between. */
export function isDirect({ proxyTls, tunnel, tls }: Endpoint): boolean {
  return proxyTls === undefined && tunnel === undefined && tls === undefined;
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
    address: http.unixSocket === undefined ? addressOf(url, timeoutMs) : { path: http.unixSocket },
    proxyTls: undefined,
    tunnel: undefined,
    tls,
    http2: http.version === 2,
    pathPrefix: '',
    headers: {},
  };
  if (http.proxy === undefined || http.unixSocket !== undefined) return direct;

  const proxy = parseUrl(http.proxy, 'the proxy URL');
  const reached = {
    ...direct,
    address: addressOf(proxy, timeoutMs),
    proxyTls: proxy.protocol === 'https:' ? tlsToProxy(proxy, http) : undefined,
  };
  // Only plain HTTP/1.1 can be forwarded request by request; everything else needs the bytes passed through.
  if (secure || http.version === 2) {
    const authority = `${url.hostname}:${portOf(url)}`;
    return { ...reached, tunnel: { authority, headers: { host: authority, ...authorizationOf(proxy) } } };
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
  // The URL itself may hold credentials, so it is not repeated.
  throw new LoadbotError('config_invalid', `${what} is no http or https URL`, {
    hint: 'write it as http://host:port or https://host:port',
  });
}

function addressOf(url: URL, timeoutMs: number): Address {
  return tcpAddress(withoutBrackets(url.hostname), portOf(url), timeoutMs);
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

/** The client's certificate and the server name are for the target, not for the proxy. */
function tlsToProxy(url: URL, { tls }: HttpOptions): ConnectionOptions {
  return { ...verification(url.hostname, tls, {}), ALPNProtocols: ['http/1.1'] };
}

function verification(host: string, tls: TlsOptions, identity: SecureContextOptions): ConnectionOptions {
  return {
    ...serverIdentity(host),
    rejectUnauthorized: !tls.insecureSkipVerify,
    // Made once: reading the authorities' certificates costs milliseconds.
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

/** A proxy's credentials are in its URL. */
function authorizationOf(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const credentials = `${decodeUserinfo(proxy.username)}:${decodeUserinfo(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
