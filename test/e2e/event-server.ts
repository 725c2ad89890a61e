import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';

/** Course of one response: milliseconds before its head, before its first event, and before each further one. */
export interface EventTimes {
  readonly headMs?: number;
  readonly firstMs?: number;
  readonly gapsMs?: readonly number[];
  /** Compresses its responses, and flushes each event. */
  readonly isCompressed?: boolean;
  /** Sends events until the client ends the request. */
  readonly isEndless?: boolean;
}

/** Pause in milliseconds that is not shorter. */
const pause = async (ms: number): Promise<void> => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    await new Promise((resolve) => void setTimeout(resolve, Math.max(0, endMs - performance.now())));
  }
};

/** A server that answers chat completions as a stream, as LLM services do: each token is an event, `[DONE]` is the last. */
export class EventServer {
  readonly #server: Server | Http2Server;
  readonly #times: EventTimes;
  /** Events that it has sent. */
  sent = 0;
  requests = 0;
  /** Requests that the client ended. */
  canceled = 0;
  /** Milliseconds between two events as they were written. */
  readonly gapsMs: number[] = [];

  constructor(times: EventTimes, version: 1 | 2 = 1) {
    this.#times = times;
    const respond = (request: unknown, response: unknown): void =>
      void this.#respond(request as IncomingMessage, response as ServerResponse);
    this.#server = version === 1 ? createHttpServer(respond) : createHttp2Server(respond);
  }

  /** Starts to listen. Returns the URL. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => void this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const state = { isOpen: true };
    response.on('close', () => {
      if (!response.writableEnded) this.canceled++;
      state.isOpen = false;
    });
    request.resume();
    const { headMs = 0, firstMs = 0, gapsMs = [], isEndless = false, isCompressed = false } = this.#times;
    await pause(headMs);
    const head = { 'content-type': 'text/event-stream', ...(isCompressed && { 'content-encoding': 'gzip' }) };
    response.writeHead(200, head);
    response.flushHeaders();
    if (isCompressed) {
      // A gzip member that is flushed after each event, and does not end.
      const gzip = createGzip();
      gzip.on('data', (chunk: Buffer) => response.write(chunk));
      response.once('close', () => gzip.destroy());
      gzip.write('data: {}\n\n');
      gzip.flush();
      if (isEndless) return;
      gzip.once('end', () => response.end());
      gzip.end();
      return;
    }
    await pause(firstMs);
    this.#send(response, JSON.stringify({ choices: [{ delta: { role: 'assistant', content: '' } }] }));
    let lastMs = performance.now();
    const events = isEndless ? Infinity : gapsMs.length;
    for (let event = 0; state.isOpen && event < events; event++) {
      await pause(gapsMs[event % gapsMs.length] ?? 1);
      if (!state.isOpen) return;
      // Not an event.
      response.write(': keep-alive\n\n');
      this.#send(response, JSON.stringify({ choices: [{ delta: { content: `token ${event}` } }] }));
      this.gapsMs.push(performance.now() - lastMs);
      lastMs = performance.now();
    }
    response.end();
  }

  #send(response: ServerResponse, data: string): void {
    this.sent++;
    response.write(`data: ${data}\n\n`);
  }
}
