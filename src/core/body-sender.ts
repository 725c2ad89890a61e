import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';

/** What a response brings, in parts that are handed to the system one after the other; may be shared by responses. */
export interface Body {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}

export function bodyOf(...parts: readonly Buffer[]): Body {
  return { parts, bytes: parts.reduce((total, { length }) => total + length, 0) };
}

/**
 * Sends bodies to clients that may read slowly, and bounds the time and the memory that they take: the connection of a
 * client that is too slow is closed.
 */
export class BodySender {
  readonly #clock: Clock;
  readonly #maxHeldBytes: number;
  /** Responses that are being sent, the oldest first. */
  readonly #sending = new Map<ServerResponse, Body>();

  /** @param maxHeldBytes bytes of bodies that are kept for slow clients; a body that several responses share counts once */
  constructor(clock: Clock, maxHeldBytes: number) {
    this.#clock = clock;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * Ends a response with a body; its head is set. Never rejects.
   * @param withinMs after which the connection is closed
   * @returns whether all of it was handed to the system
   */
  async send(response: ServerResponse, body: Body, withinMs: number): Promise<boolean> {
    this.#sending.set(response, body);
    this.#makeRoom(response);
    const { socket } = response.req;
    // A response that is not its connection's turn is not told when that closes.
    const closed = new AbortController();
    const close = (): void => closed.abort();
    socket.once('close', close);
    if (socket.destroyed) close();
    const timer = this.#clock.after(withinMs, () => socket.destroy());
    const isSent = await sendParts(response, body.parts, closed.signal);
    timer.cancel();
    socket.off('close', close);
    this.#sending.delete(response);
    return isSent;
  }

  #makeRoom(newest: ServerResponse): void {
    for (const oldest of this.#sending.keys()) {
      if (oldest === newest || this.#heldBytes() <= this.#maxHeldBytes) return;
      this.#sending.delete(oldest);
      oldest.req.socket.destroy();
    }
  }

  #heldBytes(): number {
    return [...new Set(this.#sending.values())].reduce((total, { bytes }) => total + bytes, 0);
  }
}

async function sendParts(response: ServerResponse, parts: readonly Buffer[], signal: AbortSignal): Promise<boolean> {
  try {
    // Node leaves them out for HEAD.
    for (const part of parts) if (!response.write(part)) await once(response, 'drain', { signal });
    const finished = once(response, 'finish', { signal });
    response.end();
    await finished;
    return true;
  } catch {
    return false; // the client hung up, or was cut off
  }
}
