import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Behavior of a receiver for one request. `truncated`: a 200 whose body ends too early. */
export type Fault =
  | 'hang'
  | 'reset'
  | 'truncated'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** One request as it arrived. */
export interface ReceivedPush {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Decompressed, where it was gzipped. */
  readonly body: Buffer;
  /** The same as text. */
  readonly text: string;
}

/**
 * A receiver on loopback that answers 204, or by its script of faults, one for each request.
 * @param tls makes it use https
 */
export async function startReceiver(faults: Fault[] = [], tls?: ServerOptions) {
  const requests: ReceivedPush[] = [];
  const accepted: ReceivedPush[] = [];
  const listener: RequestListener = (request, response) => {
    void readBody(request).then((received) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(received) : received;
      const push = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
        text: body.toString(),
      };
      requests.push(push);
      const fault = faults.shift() ?? { status: 204 };
      if (typeof fault === 'object' && fault.status < 300) accepted.push(push);
      answer(fault, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    /** Everything that arrived. */
    requests,
    /** Requests answered with 2xx. */
    accepted,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(fault: Fault, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (fault === 'truncated') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.socket?.destroy());
  } else {
    response.writeHead(fault.status, fault.headers).end(fault.body);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
