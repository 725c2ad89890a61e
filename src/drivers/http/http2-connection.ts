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
import { http2Options, WINDOW_BYTES } from './http2-options.ts';
import type { OutgoingRequest } from './request-writer.ts';
import { EXPECT_BODY } from './request-message.ts';
import { SocketSupply } from './socket-supply.ts';

/** HTTP/2 over Node's own client, one stream at a time. */
export class Http2Connection implements Connection {
  readonly #sockets: SocketSupply;
  readonly #origin: string;
  readonly #maxHeaderBytes: number;
  /** Nothing once the connection has been destroyed. */
  #listener: ConnectionListener | undefined;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #sessionError: Error | undefined;
  /** Whether the server has spoken HTTP/2: settings are the first thing that it must send. */
  #greeted = false;
  /** Of the request under way. */
  #stream: ClientHttp2Stream | undefined;
  /** An upload was answered before it was complete: the server may keep the part of the window that it took. */
  #isWindowUncertain = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#origin = options.endpoint.origin;
    this.#maxHeaderBytes = options.maxHeaderBytes;
    this.#sockets = new SocketSupply(options, (wire) => listener.opening(wire));
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  send(request: OutgoingRequest): void {
    const session = this.#session;
    // A session that the server is closing finishes what it has but takes nothing new.
    if (session === undefined || session.closed || session.destroyed) void this.#sendAnew(request);
    else if (this.#isWindowUncertain && request.body !== null && this.#isWindowExhausted(session)) {
      session.destroy();
      void this.#sendAnew(request);
    } else this.#write(session, request, false);
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
        ...http2Options(this.#maxHeaderBytes),
      });
      this.#socket = socket;
      this.#sessionError = undefined;
      this.#greeted = false;
      this.#isWindowUncertain = false;
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

  /** A server that counts what it has not read of an upload, and never gives it back, would let the next one wait for ever. */
  #isWindowExhausted(session: ClientHttp2Session): boolean {
    this.#isWindowUncertain = false;
    return session.state.remoteWindowSize === 0;
  }

  #write(session: ClientHttp2Session, request: OutgoingRequest, waited: boolean): void {
    this.#listener?.writing(waited);
    try {
      const stream = session.request(headersOf(request), { endStream: request.body === null });
      this.#stream = stream;
      this.#follow(stream, request.body !== null);
      if (request.body !== null) stream.end(request.body);
    } catch (error) {
      this.reject(error);
    }
  }

  #follow(stream: ClientHttp2Stream, uploads: boolean): void {
    let status = 0;
    /** Of the response's body, bytes; not a number while its length is unknown. */
    let missing = NaN;
    let streamError: Error | undefined;
    stream.on('response', (headers, flags) => {
      status = headers[':status'] ?? 0;
      missing = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 ? 0 : Number(headers['content-length'] ?? NaN);
    });
    stream.on('error', (error: Error) => {
      streamError = error;
    });
    stream.on('end', () => {
      if (this.#stream !== stream) return;
      // A stream that the server cut off ends as well; only its code tells, or a body that is too short.
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      if (status !== 0 && !(missing > 0 && uploads)) this.#responded(stream, status);
      // With an upload that waits for its window, it would never close by itself.
      else if (uploads) stream.destroy();
    });
    stream.on('close', () => {
      if (this.#stream !== stream) return;
      // An answer may be complete although the server then gave up the rest of the upload, with whichever code.
      if (missing === 0 && uploads) {
        this.#responded(stream, status);
        return;
      }
      this.#stream = undefined;
      this.#listener?.failed(this.#notHttp2() ?? this.#brokenBy() ?? streamError ?? cutOff(stream.rstCode));
    });
    // Counted only where it matters.
    if (uploads) stream.on('data', (chunk: Buffer) => (missing -= chunk.length));
    else stream.resume();
  }

  #responded(stream: ClientHttp2Stream, status: number): void {
    this.#stream = undefined;
    if (!stream.writableFinished) {
      // Answered early (RFC 9113, section 8.1): the rest of the upload is dropped.
      this.#isWindowUncertain = true;
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy();
    }
    this.#listener?.responded(status);
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

/** Headers that concern one connection, which HTTP/2 does not have (RFC 9113, section 8.2.2). */
const PER_CONNECTION = new Set(['connection', 'proxy-connection']);

/** HTTP/2 names the host `:authority`, and says the length of a body as HTTP/1.1 does. */
function headersOf({ method, path, headers, body }: OutgoingRequest): OutgoingHttpHeaders {
  const named: OutgoingHttpHeaders = { ':method': method, ':path': path };
  for (let n = 0; n < headers.length; n += 2) {
    const name = headers[n] ?? '';
    if (name === 'host') named[':authority'] = headers[n + 1];
    else if (!PER_CONNECTION.has(name)) named[name] = headers[n + 1];
  }
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  if (bytes > 0 || EXPECT_BODY.has(method)) named['content-length'] = bytes;
  return named;
}
