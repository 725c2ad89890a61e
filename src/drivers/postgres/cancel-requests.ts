import type { Socket } from 'node:net';
import pLimit from 'p-limit';
import { type Address, openSocket } from '../../shared/network/routed-socket.ts';
import type { Clock } from '../../shared/clock.ts';

/** Maximum number of concurrent cancel requests. A timeout often affects all workers at once. */
const AT_ONCE = 8;
/** Timeout of a cancel request. */
const CANCEL_TIMEOUT_MS = 1000;
/** Length of the protocol's `CancelRequest`: length, code, process id and secret key. */
const REQUEST_BYTES = 16;
const REQUEST_CODE = 80_877_102;

/** Process id and secret key of a connection, as the server sends them for cancel requests. */
export interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Cancels statements that the agent has abandoned. Otherwise the server would continue them: PostgreSQL notices a
 * closed connection only when it writes to it.
 */
export class CancelRequests {
  readonly #clock: Clock;
  readonly #limit = pLimit(AT_ONCE);
  readonly #sockets = new Set<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sends a cancel request without waiting; the protocol has no response.
   * @param address of the connection's server, because a host name may have several servers
   */
  send(key: BackendKey, address: Address): void {
    void this.#limit(() => this.#send(key, address));
  }

  /** Resolves when all cancel requests are sent or have timed out. */
  async close(): Promise<void> {
    const timer = this.#clock.after(CANCEL_TIMEOUT_MS, () => {
      this.#limit.clearQueue();
      for (const socket of this.#sockets) socket.destroy();
    });
    while (this.#sockets.size > 0) {
      await Promise.all(
        [...this.#sockets].map(async (socket) => new Promise((resolve) => socket.once('close', resolve))),
      );
      // Starts the queued requests first.
      await new Promise(setImmediate);
    }
    timer.cancel();
  }

  async #send({ processID, secretKey }: BackendKey, address: Address): Promise<void> {
    const request = Buffer.alloc(REQUEST_BYTES);
    request.writeInt32BE(REQUEST_BYTES, 0);
    request.writeInt32BE(REQUEST_CODE, 4);
    request.writeInt32BE(processID, 8);
    request.writeInt32BE(secretKey, 12);
    const socket = openSocket(address);
    this.#sockets.add(socket);
    const timer = this.#clock.after(CANCEL_TIMEOUT_MS, () => socket.destroy());
    await new Promise<void>((resolve) => {
      socket.on('error', ignore).once('close', () => resolve());
      // The server responds by closing the connection.
      socket.resume().end(request);
    });
    timer.cancel();
    this.#sockets.delete(socket);
  }
}

/** An unreachable server has no statement to cancel. */
function ignore(): void {}
