import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const certificate = (name: string): Buffer => readFileSync(new URL(`../certificates/${name}`, import.meta.url));

interface EchoOptions {
  readonly port?: number;
  readonly tls?: boolean;
  readonly compression?: boolean;
  readonly subprotocols?: boolean;
  /** Answers of this size, in characters. */
  readonly size?: number;
  /** Time until an answer, in milliseconds. */
  readonly delayMs?: number;
  /** Messages that are sent before each answer, and do not match it. */
  readonly broadcasts?: number;
  /** Status of the answer to upgrades; default 101. */
  readonly refuses?: number;
}

/** A message of a client, which is JSON. */
interface Request {
  readonly id?: unknown;
  /** Closes the connection with this code, instead of an answer. */
  readonly close?: number;
  /** Closes the TCP connection. */
  readonly kill?: boolean;
  /** No answer. */
  readonly silent?: boolean;
  /** Messages sent at once. */
  readonly ticks?: number;
  /** Time until the answer, in milliseconds, instead of that of the server. */
  readonly delay_ms?: number;
}

/** A server of the library `ws`: it answers each message with its id. */
export class EchoServer {
  readonly #http: ReturnType<typeof createHttpServer>;
  readonly #server: WebSocketServer;
  readonly #options: EchoOptions;
  port = 0;
  /** Messages received, by their first character or as binary. */
  received = 0;
  binary = 0;
  pings = 0;
  connections = 0;
  /** Close codes of connections that clients have closed. */
  readonly closeCodes: number[] = [];
  readonly upgrades: IncomingMessage[] = [];
  readonly ids: unknown[] = [];
  /** Time from a message to its answer, in milliseconds. */
  readonly durationsMs: number[] = [];
  /** Answers are held until this time, in milliseconds of `performance.now()`. */
  stalledUntilMs = 0;

  private constructor(options: EchoOptions) {
    this.#options = options;
    const keys = { key: certificate('server-key.pem'), cert: certificate('server.pem') };
    this.#http = options.tls === true ? createHttpsServer(keys) : createHttpServer();
    this.#server = new WebSocketServer({
      server: this.#http,
      perMessageDeflate: options.compression === true ? { threshold: 0 } : false,
      ...(options.refuses !== undefined && {
        verifyClient: (_: unknown, done: (ok: boolean, code: number) => void) => done(false, options.refuses ?? 403),
      }),
      handleProtocols: (protocols) => (options.subprotocols === true ? ([...protocols].at(-1) ?? false) : false),
    });
    this.#server.on('connection', (socket, request) => this.#accept(socket, request));
  }

  static async start(options: EchoOptions = {}): Promise<EchoServer> {
    const server = new EchoServer(options);
    server.#http.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#http, 'listening');
    server.port = (server.#http.address() as AddressInfo).port;
    return server;
  }

  get open(): number {
    return this.#server.clients.size;
  }

  /** Sends a message to all clients. */
  broadcast(message: string): void {
    for (const client of this.#server.clients) client.send(message);
  }

  /** Ends all connections at once, and listens no more. */
  stop(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    this.connections++;
    this.upgrades.push(request);
    socket.on('ping', () => this.pings++);
    socket.on('close', (code) => this.closeCodes.push(code));
    socket.on('error', () => {});
    socket.on('message', (data: Buffer, isBinary) => {
      const beganMs = performance.now();
      this.received++;
      if (isBinary) this.binary++;
      const given = parse(data);
      const { delay_ms: delayMs = this.#options.delayMs ?? 0 } = given;
      const stallMs = Math.max(0, this.stalledUntilMs - beganMs);
      const answer = (): void => {
        this.durationsMs.push(performance.now() - beganMs);
        this.#answer(socket, given, data, isBinary);
      };
      if (delayMs + stallMs === 0) answer();
      else setTimeout(answer, delayMs + stallMs);
    });
  }

  #answer(socket: WebSocket, given: Request, data: Buffer, isBinary: boolean): void {
    const { broadcasts = 0, size = 0 } = this.#options;
    if (given.id !== undefined) this.ids.push(given.id);
    for (let n = 0; n < broadcasts; n++) socket.send(JSON.stringify({ type: 'tick', n }));
    for (let n = 0; n < (given.ticks ?? 0); n++) socket.send(JSON.stringify({ type: 'tick', n }));
    if (given.kill === true) socket.terminate();
    else if (given.close !== undefined) socket.close(given.close, 'as asked');
    else if (given.silent === true) return;
    else if (isBinary) socket.send(data);
    else if (given.id === undefined) socket.send(data.toString());
    else socket.send(JSON.stringify({ type: 'answer', id: given.id, data: 'x'.repeat(size) }));
  }
}

function parse(data: Buffer): Request {
  try {
    return Object(JSON.parse(data.toString())) as Request;
  } catch {
    return {};
  }
}
