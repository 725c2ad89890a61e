import type { HttpConnectionOptions } from '../connection.ts';
import { LAST_STREAM_ID } from './frames.ts';
import { Http2Session } from './http2-session.ts';

/** A user of a pool. */
export interface PoolUser {
  /** Whether it still has a request to send. */
  readonly isWaiting: boolean;
  /** Uses the bytes of a session from now on. */
  attach(session: Http2Session): void;
  /** Sends its request on a session with room, after a wait. */
  sendOn(session: Http2Session): void;
  /** No connection could be opened. */
  unconnected(error: unknown): void;
}

/**
 * The connections that a group of workers shares. It opens a further one only when a request finds no room: the group
 * has as many workers as a connection has streams, so this happens if the server allows fewer, or closes one.
 */
export class SessionPool {
  readonly #options: HttpConnectionOptions;
  readonly #streams: number;
  readonly #lastStreamId: number;
  readonly #sessions = new Set<Http2Session>();
  /** Ended sessions whose sockets are not closed yet. */
  readonly #closing = new Set<Http2Session>();
  #users = 0;

  /**
   * @param streams maximum number of concurrent streams of a connection
   * @param lastStreamId largest id of a stream, after which a request needs another connection
   */
  constructor(options: HttpConnectionOptions, streams: number, lastStreamId = LAST_STREAM_ID) {
    this.#options = options;
    this.#streams = streams;
    this.#lastStreamId = lastStreamId;
  }

  join(): void {
    this.#users++;
  }

  /** Removes a user. After the last one, all connections are closed. */
  leave(): void {
    this.#users--;
    if (this.#users > 0) return;
    for (const session of this.#sessions) session.destroy();
  }

  get isShared(): boolean {
    return this.#users > 1;
  }

  /** Opens a connection ahead of the first request of a user. Never rejects. */
  async open(user: PoolUser, signal: AbortSignal): Promise<void> {
    const session = this.#candidate() ?? this.#create();
    user.attach(session);
    const stop = (): void => session.destroy();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    session.waiting++;
    try {
      await session.socket.opened;
    } catch {
      // The first request reports a target that is still unreachable.
    } finally {
      session.waiting--;
      signal.removeEventListener('abort', stop);
    }
  }

  /** Returns a session with room; `undefined`: a request has to wait for one. */
  find(): Http2Session | undefined {
    for (const session of this.#sessions) {
      if (session.hasRoom) return session;
    }
    return undefined;
  }

  /** Waits for a session with room, and sends a user's request on it. Never rejects. */
  async send(user: PoolUser): Promise<void> {
    try {
      while (user.isWaiting) {
        const session = this.#candidate() ?? this.#create();
        user.attach(session);
        session.waiting++;
        try {
          await session.ready();
        } finally {
          session.waiting--;
        }
        if (user.isWaiting && session.hasRoom) {
          user.sendOn(session);
          return;
        }
      }
    } catch (error) {
      if (user.isWaiting) user.unconnected(error);
    }
  }

  /** Resolves when all connections of a pool without users are closed. */
  async closed(): Promise<void> {
    if (this.#users > 0) return;
    await Promise.all([...this.#closing].map((session) => session.socket.closed()));
  }

  #candidate(): Http2Session | undefined {
    for (const session of this.#sessions) {
      if (session.hasRoom || session.mayHaveRoom) return session;
      // A server that allows no streams would get more and more connections.
      if (session.isUseless) session.retire();
    }
    return undefined;
  }

  #create(): Http2Session {
    const session = new Http2Session(this.#options, this.#streams, this.#lastStreamId, (ended) => {
      void this.#end(ended);
    });
    this.#sessions.add(session);
    return session;
  }

  async #end(session: Http2Session): Promise<void> {
    this.#sessions.delete(session);
    this.#closing.add(session);
    await session.socket.closed();
    this.#closing.delete(session);
  }
}
