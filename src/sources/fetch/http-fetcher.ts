import { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { buildConnector, Dispatcher } from 'undici';
import { addressBook, type RouteOptions } from '../../shared/network/address-book.ts';
import { redactUrl } from '../../shared/redact.ts';
import { overriddenIdentity, withoutBrackets } from '../../shared/network/server-name.ts';
import type { SourceOrigin } from '../../plan/source-plan.ts';
import { decodeUserinfo } from '../../shared/network/userinfo.ts';
import { type DocumentReceiver, FetchFault, type Fetcher } from './fetcher.ts';

type HttpOrigin = Extract<SourceOrigin, { kind: 'http' }>;

/**
 * The text format is preferred: OpenMetrics changes counter names, which then differ from the systems' documentation.
 */
const HEADERS = {
  accept: 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1',
  'accept-encoding': 'gzip',
  'user-agent': 'loadbot-agent',
};

/**
 * Fetches over HTTP with one keep-alive connection. Redirects are not followed: they would send the credentials
 * elsewhere, and time two requests as one.
 */
export function openHttpFetcher(origin: HttpOrigin): Fetcher {
  let dispatcher: Dispatcher | undefined;
  const close = async (): Promise<void> => {
    const open = dispatcher;
    dispatcher = undefined;
    await open?.destroy();
  };
  return {
    // Loaded only when a source needs it.
    load: () => import('undici'),
    async fetch(signal, taker) {
      const { request } = await import('undici');
      dispatcher ??= await openDispatcher(origin);
      // While undici connects, it ignores the signal.
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => void close().then(() => reject(signal.reason as Error)));
      });
      const answer = request(origin.url, { dispatcher, signal, headers: { ...HEADERS, ...origin.headers } });
      const { statusCode, headers, body } = await Promise.race([answer, aborted]);
      taker.begin(statusCode, String(headers['content-type'] ?? ''));
      if (statusCode < 200 || statusCode > 299) {
        body.on('error', () => {}).destroy();
        throw new FetchFault(statusCode >= 500 ? 'http_5xx' : 'http_4xx', explainStatus(statusCode, headers, origin));
      }
      await takeBody(body, headers, taker);
    },
    close,
  };
}

async function openDispatcher(origin: HttpOrigin): Promise<Dispatcher> {
  const { Agent, buildConnector, ProxyAgent } = await import('undici');
  const { url, proxy } = origin;
  const connect = connectOptions(origin);
  if (proxy === undefined) return new Agent({ ...CLIENT_OPTIONS, connect: followed(buildConnector(connect)) });
  const { username, password, origin: uri, hostname, port, protocol } = new URL(proxy);
  const pair = `${decodeUserinfo(username)}:${decodeUserinfo(password)}`;
  const token = username === '' ? {} : { token: `Basic ${Buffer.from(pair).toString('base64')}` };
  // As in other clients: a tunnel only for https.
  const proxyTunnel = url.startsWith('https:');
  const proxyTls = routeTo(hostname, port, protocol);
  return new ProxyAgent({ ...CLIENT_OPTIONS, uri, ...token, requestTls: connect, proxyTls, proxyTunnel });
}

/** Client options. The signal of a fetch limits the whole exchange, so undici's timeouts are disabled. */
export const CLIENT_OPTIONS = {
  connections: 1,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  maxResponseSize: -1,
  allowH2: false,
} as const;

/** Socket options of a source. */
export function connectOptions({ url, tls }: HttpOrigin): buildConnector.BuildOptions {
  const { ca, cert, key, serverName, insecureSkipVerify } = tls;
  const given = Object.entries({ ca, cert, key }).filter(([, value]) => value !== undefined);
  const { hostname, port, protocol } = new URL(url);
  return {
    timeout: 0,
    ...routeTo(hostname, port, protocol),
    rejectUnauthorized: !insecureSkipVerify,
    ...overriddenIdentity(hostname, serverName),
    ...Object.fromEntries(given),
  };
}

function routeTo(hostname: string, port: string, protocol: string): RouteOptions {
  return addressBook.route(withoutBrackets(hostname), Number(port) || (protocol === 'https:' ? 443 : 80));
}

/** Records the addresses of a connector's sockets in the address book. */
function followed(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const socket: unknown = connector(options, callback);
    if (socket instanceof Socket) addressBook.trackSocket(socket);
    return socket;
  };
}

async function takeBody(
  body: Dispatcher.ResponseData['body'],
  headers: Dispatcher.ResponseData['headers'],
  taker: DocumentReceiver,
): Promise<void> {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  const takeAll = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) taker.take(chunk);
  };
  if (encoding === 'identity') return takeAll(body);
  if (encoding === 'gzip' || encoding === 'x-gzip') return pipeline(body, createGunzip(), takeAll);
  body.on('error', () => {}).destroy();
  throw new FetchFault('parse', `the document has the content encoding ${encoding}, which was not requested`);
}

function explainStatus(statusCode: number, headers: Dispatcher.ResponseData['headers'], { url }: HttpOrigin): string {
  const to = headers['location'];
  if (typeof to !== 'string' || !URL.canParse(to, url)) return `status ${statusCode}`;
  return `status ${statusCode}, a redirect to ${redactUrl(new URL(to, url).href)}: use that URL for the source`;
}
