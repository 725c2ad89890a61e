import type { ByteCounters } from '../../wire-meter.ts';
import type { HeaderBlock } from './header-block.ts';
import type { Http2Session } from './http2-session.ts';
import { SessionBytes } from './session-bytes.ts';
import type { PoolUser, SessionPool } from './session-pool.ts';
import { Http2Stream, type StreamListener } from './stream.ts';

/** Receives the events of a stream user, whatever its protocol. */
interface StreamUserListener {
  /** A new socket is being opened. */
  opening(wire: ByteCounters): void;
  /** The request is about to be written. `waited`: it had to wait for a new socket. */
  writing(waited: boolean): void;
  /** The request failed without a response. */
  failed(error: unknown): void;
}

/** One worker's requests over HTTP/2: a stream at a time, on a session of a pool that it may share with other workers. */
export abstract class StreamUser<Listener extends StreamUserListener> implements StreamListener, PoolUser {
  readonly #pool: SessionPool;
  protected readonly stream = new Http2Stream(this);
  /** `undefined` after `destroy`. */
  protected listener: Listener | undefined;
  protected session: Http2Session | undefined;
  /** The request in flight waits for a session. */
  isWaiting = false;

  protected constructor(listener: Listener, pool: SessionPool) {
    this.listener = listener;
    this.#pool = pool;
    pool.join();
  }

  /** Opens the socket ahead of the first request. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#pool.open(this, signal);
  }

  /** Ends the request in flight; the last user of the pool closes its sockets at once. The listener is not called again. */
  destroy(): void {
    if (this.listener === undefined) return;
    this.listener = undefined;
    this.isWaiting = false;
    if (this.stream.id !== 0 && this.#pool.isShared) this.session?.cancel(this.stream);
    this.#pool.leave();
  }

  async closed(): Promise<void> {
    await this.#pool.closed();
  }

  attach(session: Http2Session): void {
    if (session === this.session) return;
    this.session = session;
    this.listener?.opening(new SessionBytes(session.socket));
  }

  sendOn(session: Http2Session): void {
    this.isWaiting = false;
    this.write(session, true);
  }

  unconnected(error: unknown): void {
    this.isWaiting = false;
    this.listener?.failed(error);
  }

  abstract arrived(): void;
  abstract headers(block: HeaderBlock): void;
  abstract data(bytes: Buffer, from: number, to: number): void;
  abstract trailers(block: HeaderBlock): void;
  abstract ended(): void;
  abstract refused(error: Error): void;
  abstract failed(error: Error): void;

  /** Sends the request as soon as a session has room. */
  protected wait(): void {
    this.isWaiting = true;
    void this.#pool.send(this);
  }

  protected write(session: Http2Session, waited: boolean): void {
    this.listener?.writing(waited);
    session.send(this.stream);
  }
}
