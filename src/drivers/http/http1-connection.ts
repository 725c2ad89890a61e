import type { Socket } from 'node:net';
import { ClassifiedError } from '../classify-error.ts';
import type { ConnectionAttempt } from './connection-attempt.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions } from './connection.ts';
import type { HttpResponse } from './http-response.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { MessageSender } from './message-sender.ts';
import type { HeadCache } from './response-head.ts';
import { INCOMPLETE, ResponseReader, COMPLETE } from './response-reader.ts';
import { SocketSupply } from './socket-supply.ts';

/**
 * Safety margin before the server's announced idle timeout. The connection is closed this much earlier, to avoid a race
 * with the server's close.
 */
const IDLE_MARGIN_MS = 500;

/**
 * HTTP/1.1 connection on top of a socket. A request is one write. Sockets read into a buffer that all connections share,
 * since each read is processed before the next one begins.
 */
export class Http1Connection implements HttpConnection {
  readonly #options: HttpConnectionOptions;
  readonly #sockets: SocketSupply;
  readonly #reader: ResponseReader;
  /** `undefined` after `destroy`. */
  #listener: HttpConnectionListener | undefined;
  /** Socket of the request in flight, or of the next one. */
  #socket: Socket | undefined;
  /** Sends the messages of that socket. */
  #sender: MessageSender | undefined;
  /** Bytes of HTTP. Those of a plain connection are counted here, because reading the socket's counters is slower. */
  #traffic = { bytesWritten: 0, bytesRead: 0 };
  /** A request is in flight. */
  #busy = false;
  /** The request in flight is the last one on this socket. */
  #last = false;
  /** Deadline for the next request on this socket; later requests reconnect. Milliseconds of the clock. */
  #idleUntilMs = Infinity;

  /** @param heads cache of response heads, which connections to one server share; by default one of its own */
  constructor(options: HttpConnectionOptions, listener: HttpConnectionListener, heads?: HeadCache) {
    this.#options = options;
    this.#listener = listener;
    this.#reader = new ResponseReader(options.maxHeaderBytes, heads);
    const opening = ({ traffic }: ConnectionAttempt): void => {
      this.#traffic = { bytesWritten: 0, bytesRead: 0 };
      listener.opening(traffic ?? this.#traffic);
    };
    const callback = options.reportsArrivals
      ? (length: number, bytes: Buffer): boolean => this.#arrive(bytes, length)
      : (length: number, bytes: Buffer): boolean => this.#read(bytes, length);
    this.#sockets = new SocketSupply(options, opening, { buffer: options.readBuffer, callback });
  }

  get status(): number {
    return this.#reader.status;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  send(request: OutgoingRequest, kept?: HttpResponse): void {
    const socket = this.#socket;
    if (socket === undefined) {
      void this.#sendOnNewSocket({ ...request }, kept);
    } else if (this.#idleUntilMs !== Infinity && this.#options.clock.nowMs() > this.#idleUntilMs) {
      this.#discard();
      void this.#sendOnNewSocket({ ...request }, kept);
    } else {
      this.#write(request, false, kept);
    }
  }

  reject(error: unknown): void {
    setImmediate(() => this.#listener?.failed(error));
  }

  destroy(): void {
    this.#listener = undefined;
    this.#busy = false;
    this.#socket = undefined;
    this.#sender = undefined;
    this.#sockets.destroy();
  }

  async closed(): Promise<void> {
    await this.#sockets.closed();
  }

  /** @param request a copy, because all sessions share the original and opening a socket is asynchronous */
  async #sendOnNewSocket(request: OutgoingRequest, kept: HttpResponse | undefined): Promise<void> {
    try {
      const { socket, waited } = await this.#sockets.take();
      if (this.#listener === undefined) return;
      this.#follow(socket);
      this.#write(request, waited, kept);
    } catch (error) {
      this.#listener?.failed(error);
    }
  }

  #follow(socket: Socket): void {
    this.#socket = socket;
    this.#sender = new MessageSender(socket);
    socket.once('end', () => this.#ended(socket));
    socket.once('error', (error) => this.#onClosed(socket, error));
    socket.once('close', () => this.#onClosed(socket, undefined));
  }

  #write({ message, tail, method, closes }: OutgoingRequest, waited: boolean, kept: HttpResponse | undefined): void {
    this.#reader.begin(method === 'HEAD', kept);
    this.#busy = true;
    this.#last = closes;
    this.#idleUntilMs = Infinity;
    this.#listener?.writing(waited);
    this.#traffic.bytesWritten += message.length + (tail === null ? 0 : tail.length);
    this.#sender?.send(message, tail);
  }

  #arrive(bytes: Uint8Array, length: number): boolean {
    if (this.#busy) this.#listener?.arrived();
    return this.#read(bytes, length);
  }

  #read(bytes: Uint8Array, length: number): boolean {
    this.#traffic.bytesRead += length;
    if (!this.#busy) {
      // Unsolicited bytes make the connection unusable: usually the server is about to close it.
      this.#discard();
      return true;
    }
    const progress = this.#reader.read(bytes, length);
    if (progress === COMPLETE) this.#whole(this.#reader.reusable);
    else if (progress !== INCOMPLETE) this.#fail(new ClassifiedError('protocol', this.#reader.problem));
    return true;
  }

  /** @param reusable whether the response allows another request on this connection */
  #whole(reusable: boolean): void {
    const { status, idleLimitMs } = this.#reader;
    this.#busy = false;
    // If the server responds before the request is fully written, the server may read the rest of it as the next
    // request.
    if (!reusable || this.#last || this.#sender?.isSending !== false) this.#discard();
    else if (idleLimitMs !== Infinity) this.#idleUntilMs = this.#options.clock.nowMs() + idleLimitMs - IDLE_MARGIN_MS;
    this.#listener?.responded(status);
  }

  #ended(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#busy && this.#reader.end()) this.#whole(false);
    else this.#onClosed(socket, undefined);
  }

  #onClosed(socket: Socket, error: Error | undefined): void {
    if (socket !== this.#socket) return;
    if (this.#busy) this.#fail(this.#sockets.error ?? error ?? brokenOff());
    else this.#discard();
  }

  #fail(error: Error): void {
    this.#busy = false;
    this.#discard();
    this.#listener?.failed(error);
  }

  /** Closes the socket; the next request opens a new one. */
  #discard(): void {
    this.#socket = undefined;
    this.#sender = undefined;
    this.#sockets.discard();
  }
}

function brokenOff(): ClassifiedError {
  return new ClassifiedError('reset', 'the connection closed before the response was complete');
}
