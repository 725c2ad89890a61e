import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { ClassifiedError } from '../classify-error.ts';
import type { HttpConnectionOptions } from '../http/connection.ts';
import { http2Options, WINDOW_BYTES } from '../http/http2-connection.ts';
import { SocketSupply } from '../http/socket-supply.ts';
import type { MessageReader } from './frames.ts';
import type { CallStatus } from './status.ts';

const { NGHTTP2_NO_ERROR } = constants;

/** A call that is ready to be sent. */
export interface OutgoingCall {
  readonly headers: OutgoingHttpHeaders;
  /** Its messages, with their lengths. */
  readonly body: Buffer;
}

/** Receives the events of a channel. */
export interface ChannelListener {
  /** A new socket is being opened. */
  opening(wire: Socket): void;
  /** The call is about to be written. `waited`: it had to wait for a new socket. */
  writing(waited: boolean): void;
  /** The server has ended the call. */
  ended(status: CallStatus): void;
  /** The call failed without a status; the channel is unusable. */
  failed(error: unknown): void;
}

/** An HTTP/2 connection to a gRPC server, with one call at a time. It is discarded after a failure. */
export class GrpcChannel {
  readonly #sockets: SocketSupply;
  readonly #options: HttpConnectionOptions;
  readonly #reader: MessageReader;
  /** `undefined` after `destroy`. */
  #listener: ChannelListener | undefined;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #sessionError: Error | undefined;
  /** Whether the server has sent its SETTINGS frame. */
  #isGreeted = false;
  #stream: ClientHttp2Stream | undefined;

  /** @param reader receives the messages of responses */
  constructor(options: HttpConnectionOptions, reader: MessageReader, listener: ChannelListener) {
    this.#options = options;
    this.#reader = reader;
    this.#listener = listener;
    this.#sockets = new SocketSupply(options, (wire) => listener.opening(wire));
  }

  /** Opens the socket ahead of the first call. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  /** Sends a call; none may be in flight. */
  send(call: OutgoingCall): void {
    const session = this.#session;
    if (session === undefined || session.closed || session.destroyed) void this.#sendOnNewSession(call);
    else this.#write(session, call, false);
  }

  /** Closes the socket at once. The listener is not called again. */
  destroy(): void {
    this.#listener = undefined;
    this.#stream = undefined;
    this.#session?.destroy();
    this.#sockets.destroy();
  }

  async closed(): Promise<void> {
    await this.#sockets.closed();
  }

  async #sendOnNewSession(call: OutgoingCall): Promise<void> {
    try {
      const { socket, waited } = await this.#sockets.take();
      if (this.#listener === undefined) return;
      const { endpoint, maxHeaderBytes } = this.#options;
      const session = connect(endpoint.origin, { createConnection: () => socket, ...http2Options(maxHeaderBytes) });
      this.#socket = socket;
      this.#session = session;
      this.#sessionError = undefined;
      this.#isGreeted = false;
      session.once('remoteSettings', () => (this.#isGreeted = true));
      session.on('error', (error: Error) => (this.#sessionError = error));
      session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
      this.#write(session, call, waited);
    } catch (error) {
      this.#listener?.failed(error);
    }
  }

  #write(session: ClientHttp2Session, { headers, body }: OutgoingCall, waited: boolean): void {
    this.#listener?.writing(waited);
    try {
      const stream = session.request(headers);
      this.#stream = stream;
      this.#follow(stream);
      stream.end(body);
    } catch (error) {
      setImmediate(() => this.#listener?.failed(error));
    }
  }

  #follow(stream: ClientHttp2Stream): void {
    let status: CallStatus | undefined;
    let fault: Error | undefined;
    stream.on('response', (headers) => {
      const http = headers[':status'] ?? 0;
      if (http !== 200) fault = new ClassifiedError(classOfHttp(http), `the server answered with HTTP status ${http}`);
      status = statusOf(headers);
    });
    stream.on('trailers', (trailers) => (status = statusOf(trailers)));
    stream.on('error', (error: Error) => (fault ??= error));
    stream.on('data', (chunk: Buffer) => {
      if (this.#stream !== stream || fault !== undefined) return;
      try {
        this.#reader.add(chunk);
      } catch (error) {
        fault = error as Error; // thrown by the reader
        stream.destroy();
      }
    });
    stream.on('end', () => {
      if (this.#stream !== stream || fault !== undefined || stream.rstCode !== NGHTTP2_NO_ERROR) return;
      if (status === undefined) fault = new ClassifiedError('protocol', 'the server ended the call without a status');
      else if (status.code === 0 && !this.#reader.isComplete)
        fault = new ClassifiedError('protocol', 'the server ended the call within a message');
      else this.#ended(stream, status);
    });
    stream.on('close', () => {
      if (this.#stream !== stream) return;
      // A server may end a call and reset the stream of its request.
      if (status !== undefined && fault === undefined && this.#reader.isComplete) this.#ended(stream, status);
      else {
        this.#stream = undefined;
        this.#listener?.failed(this.#brokenBy() ?? fault ?? cutOff(stream.rstCode));
      }
    });
  }

  #ended(stream: ClientHttp2Stream, status: CallStatus): void {
    this.#stream = undefined;
    if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
    this.#listener?.ended(status);
  }

  /** Error of the socket or the session, which is the cause of the stream's. */
  #brokenBy(): Error | undefined {
    if (!this.#isGreeted && this.#socket !== undefined && this.#socket.bytesRead > 0)
      return new ClassifiedError('protocol', 'the server does not support HTTP/2');
    return this.#socket?.errored ?? this.#sessionError;
  }
}

/** Status in headers or trailers; `undefined`: they have none. */
function statusOf(headers: IncomingHttpHeaders): CallStatus | undefined {
  const code = headers['grpc-status'];
  if (code === undefined) return undefined;
  return { code: Number(code), message: decodeMessage(String(headers['grpc-message'] ?? '')) };
}

/** The message is percent-encoded; text that is not is used as it is. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function classOfHttp(status: number): 'status_4xx' | 'status_5xx' | 'protocol' {
  if (status >= 500) return 'status_5xx';
  return status >= 400 ? 'status_4xx' : 'protocol';
}

function cutOff(code: number): ClassifiedError {
  return new ClassifiedError('reset', `the server reset the call (HTTP/2 error code ${code})`);
}
