import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { Connection, ConnectionListener, ConnectionOptions } from './connection.ts';
import { ClassifiedError, classifyError } from './errors.ts';
import type { OutgoingRequest } from './request-writer.ts';
import { SocketSupply } from './socket-supply.ts';

/** A server that names no idle limit gets this one: the connection then ends when the server says so. */
const IDLE_MS = 600_000;

/** How long before a server's announced idle limit a connection is given up, so as not to write into its closing. */
const IDLE_MARGIN_MS = 500;

/**
 * HTTP/1.1 over an undici client of its own. It is also the handler of all its requests: undici calls such an object
 * directly, where its newer interface would cost a wrapper for each request.
 */
export class Http1Connection implements Connection, Dispatcher.DispatchHandler {
  readonly #client: Client;
  readonly #sockets: SocketSupply;
  /** Refilled for every request. */
  readonly #dispatch: Dispatcher.DispatchOptions & { readonly servername: string };
  /** Nothing once the connection has been destroyed. */
  #listener: ConnectionListener | undefined;
  #socket: Socket | undefined;
  #abort: (() => void) | undefined;
  #sending = false;
  #waited = false;
  #written = false;
  #status = 0;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#sockets = new SocketSupply(options, (wire) => listener.opening(wire));
    this.#dispatch = {
      path: '/',
      method: 'GET',
      // Constant, or a Host header that changes would make undici change connections.
      servername: options.endpoint.origin,
      // One request at a time: nothing could overtake it, so nothing need be held back.
      blocking: false,
      // undici would close the connection after a HEAD, or a GET with a body.
      reset: false,
    };
    this.#client = new Client(options.endpoint.origin, {
      pipelining: 1,
      // The engine's deadline is the only one.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      connect: (_, callback) => void this.#provideSocket(callback),
    });
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#sockets.prepare(signal);
  }

  send(request: OutgoingRequest): void {
    const dispatch = this.#dispatch;
    dispatch.method = request.method;
    dispatch.path = request.path;
    dispatch.headers = request.headers;
    dispatch.body = request.body;
    this.#waited = false;
    this.#written = false;
    this.#sending = true;
    this.#client.dispatch(dispatch, this);
    this.#sending = false;
  }

  reject(error: unknown): void {
    setImmediate(() => this.#listener?.failed(error));
  }

  destroy(): void {
    this.#listener = undefined;
    this.#abort?.();
    this.#client.destroy(null, ignore);
    this.#sockets.destroy();
  }

  async closed(): Promise<void> {
    await this.#sockets.closed();
  }

  // What undici calls.

  onConnect(abort: () => void): void {
    this.#abort = abort;
    this.#written = true;
    this.#listener?.writing(this.#waited);
  }

  /** Also called for informational responses; the last call has the status that counts. */
  onHeaders(status: number): boolean {
    this.#status = status;
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.#abort = undefined;
    this.#listener?.responded(this.#status);
  }

  onError(error: Error): void {
    this.#abort = undefined;
    if (this.#sending) this.reject(error);
    else this.#listener?.failed(this.#isCutShort(error) ? brokenOff() : error);
  }

  /** Whether undici complains of a message that makes no sense, when the server only never finished it. */
  #isCutShort(error: Error): boolean {
    if (this.#socket === undefined || classifyError(error) !== 'protocol') return false;
    const { readableEnded, errored } = this.#socket;
    return readableEnded || (errored !== null && classifyError(errored) === 'reset');
  }

  /** Gives undici a socket when it has a request and no connection; a failure is told to the listener, not to undici. */
  async #provideSocket(use: (error: null, socket: Socket) => void): Promise<void> {
    try {
      if (this.#written) {
        // undici repeats requests whose connection broke, but the server may have served this one already.
        throw brokenOff();
      }
      const { socket, waited } = await this.#sockets.take();
      this.#socket = socket;
      this.#waited = waited;
      if (this.#listener !== undefined) use(null, socket);
    } catch (error) {
      this.#listener?.failed(error);
    }
  }
}

function brokenOff(): ClassifiedError {
  return new ClassifiedError('reset', 'the connection closed before the response was complete');
}

function ignore(): void {}
