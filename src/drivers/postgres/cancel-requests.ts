import type { Socket } from 'node:net';
import pLimit from 'p-limit';
import { type Address, openSocket } from '../../core/routed-socket.ts';
import type { Clock } from '../../core/clock.ts';

/** Requests to cancel that are under way at a time: a timeout often strikes all workers at once. */
const AT_ONCE = 8;
/** A request to cancel is worth no more time than this. */
const PATIENCE_MS = 1000;
/** `CancelRequest` of the protocol: its length and its code, then who is to stop and the proof that we may say so. */
const REQUEST_BYTES = 16;
const REQUEST_CODE = 80_877_102;

/** What a server says a connection is called and proves itself with, for others to cancel what it does. */
export interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Tells the server to stop statements that we have given up. It would go on with them otherwise: PostgreSQL looks after
 * its client only when it has something to send.
 */
export class CancelRequests {
  readonly #clock: Clock;
  readonly #limit = pLimit(AT_ONCE);
  readonly #sockets = new Set<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks for it and does not wait; whether it worked nobody says.
   * @param address of the server that the connection is to: a name may have several
   */
  send(key: BackendKey, address: Address): void {
    void this.#limit(() => this.#send(key, address));
  }

  /** Resolves when all have been sent, or their time is over. */
  async close(): Promise<void> {
    const timer = this.#clock.after(PATIENCE_MS, () => {
      this.#limit.clearQueue();
      for (const socket of this.#sockets) socket.destroy();
    });
    while (this.#sockets.size > 0) {
      await Promise.all(
        [...this.#sockets].map(async (socket) => new Promise((resolve) => socket.once('close', resolve))),
      );
      // Those that waited for their turn begin now.
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
    const timer = this.#clock.after(PATIENCE_MS, () => socket.destroy());
    await new Promise<void>((resolve) => {
      socket.on('error', ignore).once('close', () => resolve());
      // The server answers by closing the connection.
      socket.resume().end(request);
    });
    timer.cancel();
    this.#sockets.delete(socket);
  }
}

/** A server that cannot be reached has nothing to stop. */
function ignore(): void {}
