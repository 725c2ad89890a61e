import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer, createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { certificate } from '../../certificates/certificates.ts';

export type HttpKind = 'http' | 'https' | 'h2c' | 'h2';

/** A request as the server received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Common part of the handlers of HTTP/1.1 and HTTP/2. */
export interface Answer {
  writeHead(status: number, headers?: Record<string, string | number | string[]>): unknown;
  write(chunk: string | Buffer): boolean;
  once(event: 'drain', listener: () => void): unknown;
  end(chunk?: string | Buffer): unknown;
}

type Handler = (request: SeenRequest, answer: Answer) => void;

interface Incoming extends AsyncIterable<Buffer> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: SeenRequest['headers'];
}

/** A real server on a free port of loopback, or on a unix socket. */
export class HttpServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly seen: SeenRequest[] = [];
  /** Connections that clients have opened so far. */
  connections = 0;

  constructor(
    kind: HttpKind,
    handler: Handler,
    tls: object = { cert: certificate('server'), key: certificate('server-key') },
  ) {
    const listener = (incoming: Incoming, answer: Answer): void => {
      void this.#serve(incoming, answer, handler);
    };
    if (kind === 'http') this.#server = createServer(listener);
    else if (kind === 'https') this.#server = createHttpsServer(tls, listener);
    else if (kind === 'h2c') this.#server = createHttp2Server(listener as never);
    else this.#server = createSecureServer(tls, listener as never);
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket.on('error', ignore).on('close', () => this.#sockets.delete(socket)));
    });
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session.on('error', ignore).on('close', () => this.#sessions.delete(session)));
    });
    this.#server.on('sessionError', ignore).on('tlsClientError', ignore);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** HTTP/2 sessions that are open. */
  get sessions(): ReadonlySet<ServerHttp2Session> {
    return this.#sessions;
  }

  async start(path?: string): Promise<void> {
    if (path === undefined) this.#server.listen(0, '127.0.0.1');
    else this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: Incoming, answer: Answer, handler: Handler): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const seen = { method, url, headers, body: '' };
    this.seen.push(seen);
    try {
      for await (const chunk of incoming) seen.body += chunk.toString();
    } catch {
      return; // the client went away
    }
    handler(seen, answer);
  }
}

function ignore(): void {}
