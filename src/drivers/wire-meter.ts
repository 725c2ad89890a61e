import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Bytes that a connection has transferred so far, as counted by a socket. */
export interface ByteCounters {
  readonly bytesWritten: number;
  readonly bytesRead: number;
}

/**
 * Counts the bytes of a session's connections on the wire, below TLS and HTTP/2, including handshakes and proxy
 * tunnels. It reads the counters of the lowest layer, because a TLS socket counts plain text.
 */
export class WireMeter {
  /** Bytes of the last `read` interval. */
  sentBytes = 0;
  receivedBytes = 0;
  #wire: ByteCounters | undefined;
  #writtenBefore = 0;
  #readBefore = 0;
  /** Bytes of earlier connections that `read` has not reported yet. */
  #owedSent = 0;
  #owedReceived = 0;

  /** Continues with `wire`, a connection that has not transferred any byte yet. */
  follow(wire: ByteCounters): void {
    this.read();
    this.#owedSent = this.sentBytes;
    this.#owedReceived = this.receivedBytes;
    this.#wire = wire;
    this.#writtenBefore = 0;
    this.#readBefore = 0;
  }

  /** Stores the bytes since the last `read` in `sentBytes` and `receivedBytes`. */
  read(): void {
    const wire = this.#wire;
    if (wire === undefined) {
      this.sentBytes = 0;
      this.receivedBytes = 0;
      return;
    }
    const { bytesWritten, bytesRead } = wire;
    this.sentBytes = this.#owedSent + bytesWritten - this.#writtenBefore;
    this.receivedBytes = this.#owedReceived + bytesRead - this.#readBefore;
    this.#owedSent = 0;
    this.#owedReceived = 0;
    this.#writtenBefore = bytesWritten;
    this.#readBefore = bytesRead;
  }
}

/**
 * Diagnostics channel on which Node publishes every TCP and unix client socket at creation, before it connects. TLS
 * sockets are not published.
 */
const CHANNEL = 'net.client.socket';

/**
 * Passes the next created socket to `adopt`, if it is created before the current synchronous code returns. It serves
 * client libraries that do not expose their socket: call this right before they connect.
 */
export function nextSocket(adopt: (socket: Socket) => void): void {
  const listen = (message: unknown): void => {
    unsubscribe(CHANNEL, listen);
    const socket: unknown = typeof message === 'object' && message !== null && 'socket' in message && message.socket;
    if (socket instanceof Socket) adopt(socket);
  };
  subscribe(CHANNEL, listen);
  queueMicrotask(() => unsubscribe(CHANNEL, listen));
}
