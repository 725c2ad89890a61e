import type { Clock } from '../../core/clock.ts';
import type { Traffic } from '../wire-meter.ts';
import type { Endpoint } from './endpoint.ts';
import type { OutgoingRequest } from './request-writer.ts';

/**
 * Carries one worker's requests, one at a time, and opens a new socket when the server has closed the old one.
 * After a failure it is thrown away whole, so that no late event can ever touch the request that comes next.
 */
export interface Connection {
  /** Opens the socket ahead of the first request. Never rejects: a request that finds none opens its own. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * Sends a request; none may be under way. The listener hears what becomes of it, never before this returns.
   * A request is never sent twice.
   */
  send(request: OutgoingRequest): void;
  /** Reports a failure one turn of the event loop later, so that a loop of requests that cannot be made does not block it. */
  reject(error: unknown): void;
  /** Closes whatever is open, at once. The listener hears nothing more. */
  destroy(): void;
  /** Resolves when the socket is closed; for use after `destroy`. */
  closed(): Promise<void>;
}

/** Hears what becomes of the request that was sent through a connection. */
export interface ConnectionListener {
  /** A new socket is being opened; it has moved no byte yet, and what it moves is counted there. */
  opening(traffic: Traffic): void;
  /** The request is about to be written. `waited`: a socket had to be opened for it first. */
  writing(waited: boolean): void;
  /** The whole response has arrived. */
  responded(status: number): void;
  /** There will be no response; this connection is of no more use. */
  failed(error: unknown): void;
}

/** What makes connections of one version of HTTP. */
export type ConnectionVersion = new (options: ConnectionOptions, listener: ConnectionListener) => Connection;

/** What a connection needs to know to open its sockets. */
export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  /** Milliseconds that a socket may take to open. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Bytes that the headers of one response may have. */
  readonly maxHeaderBytes: number;
  /** What the connections of a thread read into, one after the other; none may keep anything in it. */
  readonly readBuffer: Uint8Array;
}
