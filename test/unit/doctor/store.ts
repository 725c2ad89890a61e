import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { parseExposition } from '../../exposition-parser.ts';

/** A server on loopback. */
export interface RunningServer {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

export async function startServer(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How a store differs from a good one. */
export interface StoreFaults {
  /** Takes the request; true: it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers 204 to compressed bodies and drops them. */
  readonly dropsGzip?: boolean;
  /** Changes labels before they are stored. */
  readonly relabel?: (labels: Record<string, string>) => Record<string, string>;
  /** What `/metrics` shows. */
  readonly metrics?: string;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A store of Prometheus text that can be exported from, as a VictoriaMetrics; keeps the headers of every request. */
export async function startStore(faults: StoreFaults = {}) {
  const stored: { metric: Record<string, string>; values: number[] }[] = [];
  const asked: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = await startServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname } = new URL(request.url ?? '', 'http://store');
      asked.push({ method: request.method ?? '', path: pathname, headers: request.headers });
      for (const [name, value] of Object.entries(faults.headers ?? {})) response.setHeader(name, value);
      if (faults.intercept?.(request, response) === true) return;
      if (pathname === '/metrics') {
        response.end(faults.metrics ?? '');
      } else if (pathname.endsWith('/api/v1/import/prometheus')) {
        store(body, request.headers['content-encoding'] === 'gzip');
        response.writeHead(204).end();
      } else if (pathname.endsWith('/api/v1/export')) {
        response.end(stored.map((series) => `${JSON.stringify(series)}\n`).join(''));
      } else {
        response.writeHead(404).end('no such path');
      }
    });
  });
  const store = (body: Buffer, isGzipped: boolean): void => {
    if (isGzipped && faults.dropsGzip === true) return;
    const text = (isGzipped ? gunzipSync(body) : body).toString();
    for (const { samples } of parseExposition(text)) {
      for (const { name, labels, value } of samples) {
        stored.push({ metric: { __name__: name, ...(faults.relabel?.(labels) ?? labels) }, values: [value] });
      }
    }
  };
  return { ...server, stored, asked };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
