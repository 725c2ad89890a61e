import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificate } from '../certificates/certificates.ts';
import { manyHeaders, numbers, type RouteServer } from './route-server.ts';

const INTERNAL_ERROR = 2;
/** Memory of a connection, above the 10 MB that Node allows: large bodies of many streams wait in it. */
const MEMORY_MB = 200;

type Route = (stream: ServerHttp2Stream, query: URLSearchParams, body: AsyncIterable<Buffer>) => Promise<void> | void;

async function digest(body: AsyncIterable<Buffer>, pauseMs: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return hash.digest('hex');
}

const ROUTES: Readonly<Record<string, Route>> = {
  async '/echo'(stream, _, body) {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    const hash = createHash('sha256');
    stream.once('wantTrailers', () => stream.sendTrailers({ 'x-digest': hash.digest('hex') }));
    for await (const chunk of body) {
      hash.update(chunk);
      if (!stream.write(chunk)) await once(stream, 'drain');
    }
    stream.end();
  },
  '/content': (stream, query) => void stream.end(Buffer.from(numbers(Number(query.get('bytes'))))),
  '/hash': async (stream, _, body) => void stream.end(await digest(body, 0)),
  '/slow': async (stream, _, body) => void stream.end(await digest(body, 2)),
  '/headers'(stream, query) {
    stream.respond({ ':status': 200, ...Object.fromEntries(manyHeaders(Number(query.get('count')))) });
    stream.end(query.get('n'));
  },
  '/hints'(stream, query) {
    for (let n = 0; n < Number(query.get('count')); n++) stream.additionalHeaders({ ':status': 103 });
    stream.end('after hints');
  },
  '/reset': (stream) => stream.close(INTERNAL_ERROR),
  '/cut'(stream) {
    stream.write(numbers(1000), () => stream.destroy(new Error('cut')));
  },
  '/early'(stream) {
    stream.respond({ ':status': 413 });
    stream.end('too large');
    stream.once('finish', () => stream.close(0));
  },
  '/last'(stream, query) {
    stream.session?.close();
    stream.end(query.get('n'));
  },
};

/** Starts an HTTP/2 server of Node with the routes of `go-server/main.go`. */
export async function startNodeServer(streams: number): Promise<RouteServer> {
  const counts = { requests: {} as Record<string, number>, bytes: {} as Record<string, number>, connections: 0 };
  const sessions = new Set<ServerHttp2Session>();
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    stream.on('error', () => undefined);
    const url = new URL(String(headers[':path']), 'http://localhost');
    const { pathname, searchParams } = url;
    counts.requests[pathname] = (counts.requests[pathname] ?? 0) + 1;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        counts.bytes[pathname] = (counts.bytes[pathname] ?? 0) + chunk.length;
        yield chunk;
      }
    }
    void Promise.resolve(ROUTES[pathname]?.(stream, searchParams, counted())).catch(() => undefined);
  };
  const settings = { maxConcurrentStreams: streams, initialWindowSize: 64 * 1024 - 1 };
  const servers: readonly Http2Server[] = [
    createServer({ settings, maxSessionMemory: MEMORY_MB }),
    createSecureServer({
      settings,
      maxSessionMemory: MEMORY_MB,
      cert: certificate('server'),
      key: certificate('server-key'),
    }),
  ];
  for (const server of servers) {
    server.on('stream', onStream).on('sessionError', () => undefined);
    server.on('session', (session) => {
      counts.connections++;
      sessions.add(session.on('error', () => undefined).on('close', () => sessions.delete(session)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const [port, securePort] = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    url: `http://127.0.0.1:${port}`,
    secureUrl: `https://127.0.0.1:${securePort}`,
    counts: () => Promise.resolve(structuredClone(counts)),
    async restart() {
      for (const session of sessions) session.close();
    },
    async stop() {
      for (const session of sessions) session.destroy();
      for (const server of servers) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}
