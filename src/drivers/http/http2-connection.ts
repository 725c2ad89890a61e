import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import { ClassifiedError } from '../classify-error.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions } from './connection.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { HttpResponse } from './http-response.ts';
import { EXPECT_BODY } from './request-message.ts';
import { SocketSupply } from './socket-supply.ts';

/**
 * Flow-control window in bytes. Bodies are discarded as they arrive, so a large window costs no memory and saves round
 * trips.
 */
export const WINDOW_BYTES = 1024 * 1024;

/**
 * Memory limit of a session in megabytes, mainly for its unsent body. Node's default of 10 would reject the responses
 * to larger uploads.
 */
const SESSION_MEGABYTES = 4096;

/** Overhead that HTTP/2 counts for each field of a header list, in bytes (RFC 9113, section 6.5.2). */
const FIELD_BYTES = 32;

/** Options of a session. */
export function http2Options(maxHeaderBytes: number): SecureClientSessionOptions {
  return {
    maxSessionMemory: SESSION_MEGABYTES,
    maxHeaderListPairs: Math.ceil(maxHeaderBytes / FIELD_BYTES),
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES, maxHeaderListSize: maxHeaderBytes },
  };
}

/** HTTP/2 connection on top of Node's client, one stream at a time. */
export class Http2Connection implements HttpConnection {
  readonly #sockets: SocketSupply;
  readonly #origin: string;
  readonly #maxHeaderBytes: number;
  readonly #reportsArrivals: boolean;
  /** `undefined` after `destroy`. */
  #listener: HttpConnectionListener | undefined;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #sessionError: Error | undefined;
  /** Whether the server has sent its SETTINGS frame, the first frame of every HTTP/2 server. */
  #greeted = false;
  /** Stream of the request in flight. */
  #stream: ClientHttp2Stream | undefined;
  /**
   * An upload got its response before it was complete, so the server may not return the flow-control window that the
   * upload used.
   */
  #isWindowUncertain = false;
  #status = 0;

  constructor(options: HttpConnectionOptions, listener: HttpConnectionListener) {
    this.#listener = listener;
    this.#origin = options.endpoint.origin;
    this.#maxHeaderBytes = options.maxHeaderBytes;
    this.#reportsArrivals = options.reportsArrivals;
    this.#sockets = new SocketSupply(options, (wire) => listener.opening(wire));
  }

  get status(): number {
    return this.#status;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  send(request: OutgoingRequest, kept?: HttpResponse): void {
    const session = this.#session;
    // A session that the server is closing completes its open streams and accepts no new ones.
    if (session === undefined || session.closed || session.destroyed) void this.#sendOnNewSession(request, kept);
    else if (this.#isWindowUncertain && request.body !== null && this.#isWindowExhausted(session)) {
      session.destroy();
      void this.#sendOnNewSession(request, kept);
    } else this.#write(session, request, false, kept);
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

  /** Copies the request first, because all sessions share the original and opening a socket is asynchronous. */
  async #sendOnNewSession(shared: OutgoingRequest, kept: HttpResponse | undefined): Promise<void> {
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
      this.#write(session, request, waited, kept);
    } catch (error) {
      this.#listener?.failed(error);
    }
  }

  /**
   * Whether the flow-control window is used up. A server that never returns the window of an unread upload would block
   * the next upload forever.
   */
  #isWindowExhausted(session: ClientHttp2Session): boolean {
    this.#isWindowUncertain = false;
    return session.state.remoteWindowSize === 0;
  }

  #write(session: ClientHttp2Session, request: OutgoingRequest, waited: boolean, kept: HttpResponse | undefined): void {
    this.#listener?.writing(waited);
    try {
      const stream = session.request(headersOf(request), { endStream: request.body === null });
      this.#stream = stream;
      this.#follow(stream, request.body !== null, kept);
      if (request.body !== null) stream.end(request.body);
    } catch (error) {
      this.reject(error);
    }
  }

  #follow(stream: ClientHttp2Stream, uploads: boolean, kept: HttpResponse | undefined): void {
    let status = 0;
    /** Bytes of the response body still missing; NaN while its length is unknown. */
    let missing = NaN;
    let streamError: Error | undefined;
    stream.on('response', (headers, flags) => {
      if (this.#reportsArrivals && this.#stream === stream) this.#listener?.arrived();
      status = headers[':status'] ?? 0;
      this.#status = status;
      missing = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 ? 0 : Number(headers['content-length'] ?? NaN);
      if (kept?.keepsHead === true) keepHeaders(kept, headers);
    });
    stream.on('error', (error: Error) => {
      streamError = error;
    });
    stream.on('end', () => {
      if (this.#stream !== stream) return;
      // A stream that the server reset also ends. Only its error code or a short body shows the reset.
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      if (status !== 0 && !(missing > 0 && uploads)) this.#responded(stream, status);
      // A stream whose upload waits for the flow-control window does not close on its own.
      else if (uploads) stream.destroy();
    });
    stream.on('close', () => {
      if (this.#stream !== stream) return;
      // A response can be complete although the server then resets the rest of the upload, with any error code.
      if (missing === 0 && uploads) {
        this.#responded(stream, status);
        return;
      }
      this.#stream = undefined;
      this.#listener?.failed(this.#notHttp2() ?? this.#brokenBy() ?? streamError ?? cutOff(stream.rstCode));
    });
    if (kept !== undefined) {
      stream.on('data', (chunk: Buffer) => {
        if (this.#stream !== stream) return;
        if (this.#reportsArrivals) this.#listener?.arrived();
        kept.addBody(chunk, 0, chunk.length);
      });
    }
    // Bytes are counted only for uploads.
    if (uploads) stream.on('data', (chunk: Buffer) => (missing -= chunk.length));
    else stream.resume();
  }

  #responded(stream: ClientHttp2Stream, status: number): void {
    this.#stream = undefined;
    if (!stream.writableFinished) {
      // Early response (RFC 9113, section 8.1): the rest of the upload is dropped.
      this.#isWindowUncertain = true;
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy();
    }
    this.#listener?.responded(status);
  }

  /** Detects a server with another protocol. Node reports no error for it and only ends the stream. */
  #notHttp2(): Error | undefined {
    if (this.#greeted || this.#socket === undefined || this.#socket.bytesRead === 0) return undefined;
    return new ClassifiedError('protocol', 'the server does not support HTTP/2');
  }

  /** Error of the socket, which is the cause of the session's and the stream's errors, or else of the session. */
  #brokenBy(): Error | undefined {
    return this.#socket?.errored ?? this.#sessionError;
  }
}

/** Node joins headers of the same name, except `set-cookie`. */
function keepHeaders(kept: HttpResponse, headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) kept.addHeader(name, one);
  }
}

function cutOff(code: number): ClassifiedError {
  return new ClassifiedError('reset', `the server ended the stream before the response was complete (code ${code})`);
}

/** Connection-specific headers, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const PER_CONNECTION = new Set(['connection', 'proxy-connection']);

/** Headers in HTTP/2 form: the host becomes `:authority`. `content-length` is the same as in HTTP/1.1. */
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
