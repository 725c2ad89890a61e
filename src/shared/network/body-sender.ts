import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';

/** A response body in parts that are written one after the other; may be shared by responses. */
export interface Body {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}

export function bodyOf(...parts: readonly Buffer[]): Body {
  return { parts, bytes: parts.reduce((total, { length }) => total + length, 0) };
}

/** Sends bodies to slow clients with a timeout and a memory limit; closes connections that exceed them. */
export class BodySender {
  readonly #clock: Clock;
  readonly #maxHeldBytes: number;
  /** Responses in progress, oldest first. */
  readonly #sending = new Map<ServerResponse, Body>();

  /** @param maxHeldBytes limit for bodies held for slow clients; a shared body counts once */
  constructor(clock: Clock, maxHeldBytes: number) {
    this.#clock = clock;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * Ends a response with a body; its head must be set. Never rejects.
   * @param withinMs timeout after which the connection is closed
   * @returns whether the whole body was passed to the system
   */
  async send(response: ServerResponse, body: Body, withinMs: number): Promise<boolean> {
    this.#sending.set(response, body);
    this.#makeRoom(response);
    const { socket } = response.req;
    // A response that waits for its turn on a pipelined connection does not emit `close`.
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
    // Node omits the body of HEAD responses.
    for (const part of parts) if (!response.write(part)) await once(response, 'drain', { signal });
    const finished = once(response, 'finish', { signal });
    response.end();
    await finished;
    return true;
  } catch {
    return false; // the client disconnected, or was disconnected
  }
}
