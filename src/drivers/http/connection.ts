import type { Clock } from '../../shared/clock.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpResponse } from './http-response.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { ResumableTls } from './resumable-tls.ts';

/**
 * Sends one worker's requests, one at a time, and reconnects when the server has closed the socket. It is discarded
 * after a failure, so that no late event can affect the next request.
 */
export interface HttpConnection {
  /** Opens the socket ahead of the first request. Never rejects: a request without an open socket connects first. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * Sends a request; none may be in flight. The listener is called with the result, never before this returns. A
   * request is never sent twice.
   * @param kept receives headers and body of the response; `undefined`: they are discarded
   */
  send(request: OutgoingRequest, kept?: HttpResponse): void;
  /** Status of the response in flight, or of the last one; 0: none yet. */
  readonly status: number;
  /**
   * Reports a failure one event loop turn later, so that a loop of requests that cannot be built does not block the
   * event loop.
   */
  reject(error: unknown): void;
  /** Closes the socket at once. The listener is not called again. */
  destroy(): void;
  /** Resolves when the socket is closed. Call it after `destroy`. */
  closed(): Promise<void>;
}

/** Receives the events of the request that a connection sends. */
export interface HttpConnectionListener {
  /** A new socket is being opened. `traffic` counts its bytes and starts at 0. */
  opening(traffic: ByteCounters): void;
  /** The request is about to be written. `waited`: the request had to wait for a new socket. */
  writing(waited: boolean): void;
  /** Bytes of the response have arrived; called only with `reportsArrivals`. */
  arrived(): void;
  /** The response is complete. */
  responded(status: number): void;
  /** The request failed without a response; the connection is unusable. */
  failed(error: unknown): void;
}

/** Creates the connections of a session. */
export interface ConnectionFactory {
  (options: HttpConnectionOptions, listener: HttpConnectionListener): HttpConnection;
  /** Forgets the state of a user; absent: connections share none. */
  readonly forget?: () => void;
}

/** Options of a connection. */
export interface HttpConnectionOptions {
  readonly endpoint: Endpoint;
  /** Connect timeout, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Maximum size of the headers of one response, in bytes. */
  readonly maxHeaderBytes: number;
  /** Read buffer that all connections of a thread share. Its content is only valid during one read. */
  readonly readBuffer: Buffer;
  /** Whether the listener is called for each arrival of bytes. */
  readonly reportsArrivals: boolean;
  /** TLS session that connections resume; absent: they make full handshakes. */
  readonly resumable?: ResumableTls;
}
