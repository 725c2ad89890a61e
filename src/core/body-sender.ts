import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Clock } from './clock.ts';

/**
 * Sends bodies to clients that may read slowly, and bounds the time and the memory that they take: the connection of a
 * client that is too slow is closed.
 */
export class BodySender {
  readonly #clock: Clock;
  readonly #maxHeldBytes: number;
  /** Responses that are being sent, the oldest first. */
  readonly #sending = new Map<ServerResponse, Buffer>();

  /** @param maxHeldBytes bytes of bodies that are kept for slow clients; bodies that several responses share count once */
  constructor(clock: Clock, maxHeldBytes: number) {
    this.#clock = clock;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * Ends a response with a body, whose head is set. Never rejects.
   * @param withinMs after which the connection is closed
   * @returns whether all of it was handed to the system
   */
  async send(response: ServerResponse, body: Buffer, withinMs: number): Promise<boolean> {
    this.#sending.set(response, body);
    this.#makeRoom(response);
    const timer = this.#clock.after(withinMs, () => response.destroy());
    response.end(body); // which Node leaves out for HEAD
    const isSent = await finished(response).then(
      () => true,
      () => false, // the client hung up, or was cut off
    );
    timer.cancel();
    this.#sending.delete(response);
    return isSent;
  }

  #makeRoom(newest: ServerResponse): void {
    for (const oldest of this.#sending.keys()) {
      if (oldest === newest || this.#heldBytes() <= this.#maxHeldBytes) return;
      this.#sending.delete(oldest);
      oldest.destroy();
    }
  }

  #heldBytes(): number {
    return [...new Set(this.#sending.values())].reduce((total, { length }) => total + length, 0);
  }
}
