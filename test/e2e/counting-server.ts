import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When its head arrived, in milliseconds of this process's monotonic clock. */
  readonly atMs: number;
}

/** A server that keeps every request; paths with `/missing` answer 404. */
export class CountingServer {
  readonly received: Received[] = [];
  readonly #server: Server;
  #isHolding = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      const atMs = performance.now();
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.received.push({ method, url, headers, body: Buffer.concat(chunks).toString(), atMs });
        if (this.#isHolding) return;
        response.statusCode = url.includes('/missing') ? 404 : 200;
        response.end('{}');
      });
    });
  }

  static async start(): Promise<CountingServer> {
    const server = new CountingServer();
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Number of requests by method, path and body. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { method, url, body } of this.received) {
      const key = `${method} ${url} ${body}`.trimEnd();
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  /** Answers no more requests, but keeps them. */
  holdAnswers(): void {
    this.#isHolding = true;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
