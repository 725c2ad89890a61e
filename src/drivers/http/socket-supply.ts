import type { Socket } from 'node:net';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { ReadTarget } from '../../shared/network/direct-socket.ts';
import type { HttpConnectionOptions } from './connection.ts';
import { type ConnectionAttempt, connectSocket } from './connection-attempt.ts';

/** Opens a connection's sockets one after the other, the first one ahead of its use. */
export class SocketSupply {
  readonly #options: HttpConnectionOptions;
  readonly #opening: (attempt: ConnectionAttempt) => void;
  readonly #onread: ReadTarget;
  #link: ConnectionAttempt | undefined;
  #spare: Socket | undefined;
  #destroyed = false;

  /**
   * @param opening called for every new connection, before it has transferred any byte
   * @param onread receives the bytes of all of them
   */
  constructor(options: HttpConnectionOptions, opening: (attempt: ConnectionAttempt) => void, onread: ReadTarget) {
    this.#options = options;
    this.#opening = opening;
    this.#onread = onread;
  }

  /** Opens a socket for the first `take`. Never rejects. */
  async prepare(signal: AbortSignal): Promise<void> {
    const link = this.#open();
    const stop = (): void => void link.wire.destroy();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      this.#spare = await link.opened;
    } catch {
      // The first request reports a target that is still unreachable.
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /**
   * Returns the prepared socket if it is still open, else a new one, for which the request has `waited`. Rejects when
   * the connection fails or was destroyed meanwhile.
   */
  async take(): Promise<{ readonly socket: Socket; readonly waited: boolean }> {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) {
      // The server may have closed the socket meanwhile: an event loop turn delivers that event before anything is
      // written.
      spare.read(0);
      await eventLoopTurn();
      if (this.#destroyed) throw new Error('the connection was destroyed');
      if (spare.readable && spare.writable) return { socket: spare, waited: false };
    }
    return { socket: await this.#open().opened, waited: true };
  }

  /** Error of the lowest socket of the latest connection. */
  get error(): Error | undefined {
    return this.#link?.wire.errored ?? undefined;
  }

  /** Closes the latest connection at once. */
  discard(): void {
    this.#link?.wire.destroy();
  }

  destroy(): void {
    this.#destroyed = true;
    this.discard();
  }

  async closed(): Promise<void> {
    const wire = this.#link?.wire;
    if (wire === undefined || wire.closed) return;
    await new Promise<void>((resolve) => {
      wire.once('close', () => resolve());
    });
  }

  #open(): ConnectionAttempt {
    const { endpoint, timeoutMs, clock, resumable } = this.#options;
    const link = connectSocket(endpoint, timeoutMs, clock, this.#onread, resumable);
    this.#link = link;
    this.#opening(link);
    return link;
  }
}
