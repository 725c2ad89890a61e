import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from '../certificates/certificates.ts';
import type { Counter } from './counter.ts';

/** An HTTP server that notes the `n` of each request that has arrived whole, and answers it. */
export async function startHttpCounter(kind: 'HTTP/1.1' | 'HTTPS' | 'HTTP/2'): Promise<Counter> {
  const seen: string[] = [];
  const serve = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void => {
    const chunks: Buffer[] = [];
    request
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        seen.push(String((JSON.parse(Buffer.concat(chunks).toString()) as { n: number }).n));
        response.on('error', () => undefined);
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      });
  };
  const tls = { cert: certificate('server'), key: certificate('server-key') };
  const server: Server =
    kind === 'HTTP/1.1'
      ? createHttp(serve)
      : kind === 'HTTPS'
        ? createHttps(tls, serve)
        : (createHttp2({ ...tls, allowHTTP1: false }, serve) as unknown as Server);
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen: async () => seen,
    async stop() {
      server.close();
    },
  };
}
