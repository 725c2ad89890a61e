import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { ClassifiedError } from '../classify-error.ts';
import type { Connection, ConnectionListener, ConnectionOptions } from './connection.ts';
import type { OutgoingRequest } from './request-writer.ts';
import { SocketSupply } from './socket-supply.ts';

/** Bytes that a server may send ahead. Bodies are discarded as they come, so this bounds no memory, only round trips. */
const WINDOW_BYTES = 1024 * 1024;

/** HTTP/2 over Node's own client, one stream at a time. */
export class Http2Connection implements Connection {
  readonly #sockets: SocketSupply;
  readonly #origin: string;
  /** Nothing once the connection has been destroyed. */
  #listener: ConnectionListener | undefined;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #sessionError: Error | undefined;
  /** Whether the server has spoken HTTP/2: settings are the first thing that it must send. */
  #greeted = false;
  /** Of the request under way. */
  #stream: ClientHttp2Stream | undefined;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#origin = options.endpoint.origin;
    this.#sockets = new SocketSupply(options, (wire) => listener.opening(wire));
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  send(request: OutgoingRequest): void {
    const session = this.#session;
    // A session that the server is closing finishes what it has but takes nothing new.
    if (session === undefined || session.closed || session.destroyed) void this.#sendAnew(request);
    else this.#write(session, request, false);
  }

  reject(error: unknown): void {
    setImmediate(() => this.#listener?.failed(error));
  }

  destroy(): void {
    this.#listener = undefined;
    this.#stream = undefined;
    this.#session?.destroy();
    this.#sockets.destroy();
  }

  async closed(): Promise<void> {
    await this.#sockets.closed();
  }

  /** The request is copied first: what it is written in belongs to all sessions, and opening a socket takes time. */
  async #sendAnew(shared: OutgoingRequest): Promise<void> {
    const request = { ...shared, headers: [...shared.headers] };
    try {
      const { socket, waited } = await this.#sockets.take();
      if (this.#listener === undefined) return;
      const session = connect(this.#origin, {
        createConnection: () => socket,
        settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
      });
      this.#socket = socket;
      this.#sessionError = undefined;
      this.#greeted = false;
      session.once('remoteSettings', () => {
        this.#greeted = true;
      });
      session.on('error', (error: Error) => {
        this.#sessionError = error;
      });
      session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
      this.#session = session;
      this.#write(session, request, waited);
    } catch (error) {
      this.#listener?.failed(error);
    }
  }

  #write(session: ClientHttp2Session, request: OutgoingRequest, waited: boolean): void {
    this.#listener?.writing(waited);
    try {
      const stream = session.request(headersOf(request), { endStream: request.body === null });
      this.#stream = stream;
      this.#follow(stream);
      if (request.body !== null) stream.end(request.body);
    } catch (error) {
      this.reject(error);
    }
  }

  #follow(stream: ClientHttp2Stream): void {
    let status = 0;
    let streamError: Error | undefined;
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('error', (error: Error) => {
      streamError = error;
    });
    stream.on('end', () => {
      // A stream that the server cut off ends as well; only its code tells.
      if (this.#stream !== stream || status === 0 || stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      this.#stream = undefined;
      if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL); // answered before it had heard us out
      this.#listener?.responded(status);
    });
    stream.on('close', () => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      this.#listener?.failed(this.#notHttp2() ?? this.#brokenBy() ?? streamError ?? cutOff(stream.rstCode));
    });
    stream.resume();
  }

  /** Node reports nothing about a server that answers in another protocol; it only ends the stream. */
  #notHttp2(): Error | undefined {
    if (this.#greeted || this.#socket === undefined || this.#socket.bytesRead === 0) return undefined;
    return new ClassifiedError('protocol', 'the server does not speak HTTP/2');
  }

  /** What broke the socket says more than what that did to the session and its stream. */
  #brokenBy(): Error | undefined {
    return this.#socket?.errored ?? this.#sessionError;
  }
}

function cutOff(code: number): ClassifiedError {
  return new ClassifiedError('reset', `the server ended the stream before the response was complete (code ${code})`);
}

/** HTTP/2 names the host `:authority` and has no connection header. */
function headersOf({ method, path, headers }: OutgoingRequest): OutgoingHttpHeaders {
  const named: OutgoingHttpHeaders = { ':method': method, ':path': path };
  for (let n = 0; n < headers.length; n += 2) {
    const name = headers[n] ?? '';
    if (name === 'host') named[':authority'] = headers[n + 1];
    else if (name !== 'connection') named[name] = headers[n + 1];
  }
  return named;
}
