import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Milliseconds before the head of a response, and from there to its end. */
const HEAD_MS = 100;
const BODY_MS = 100;

/** A server of one HTTP version that sends the head and the first part of the body after a delay, the rest after another. */
export class SlowBodyServer {
  readonly #server: Server | Http2Server;
  /** Milliseconds from each request to the write of the head, and to the end of the response. */
  readonly headMs: number[] = [];
  readonly wholeMs: number[] = [];

  constructor(version: 1 | 2) {
    this.#server =
      version === 1
        ? createHttpServer((_, response) => this.#respond(response))
        : createHttp2Server((_, response) => this.#respond(response as unknown as ServerResponse));
  }

  /** Starts to listen. Returns the URL. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => void this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  #respond(response: Pick<ServerResponse, 'write' | 'end'>): void {
    const startMs = performance.now();
    setTimeout(() => {
      this.headMs.push(performance.now() - startMs);
      response.write('first');
    }, HEAD_MS);
    setTimeout(() => {
      this.wholeMs.push(performance.now() - startMs);
      response.end('rest');
    }, HEAD_MS + BODY_MS);
  }
}
