import { ClassifiedError } from '../../classify-error.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions } from '../connection.ts';
import type { HttpResponse } from '../http-response.ts';
import type { OutgoingRequest } from '../outgoing-request.ts';
import type { HeaderBlock } from './header-block.ts';
import type { Http2Session } from './http2-session.ts';
import { SessionBytes } from './session-bytes.ts';
import type { PoolUser, SessionPool } from './session-pool.ts';
import { Http2Stream, type StreamListener } from './stream.ts';

/** Times that a request is sent again, because the server closes a connection before it processes the request. */
const MOST_RETRIES = 3;

/** One worker's requests over HTTP/2: a stream at a time, on a connection that it may share with other workers. */
export class Http2Connection implements HttpConnection, StreamListener, PoolUser {
  readonly #pool: SessionPool;
  readonly #reportsArrivals: boolean;
  /** `undefined` after `destroy`. */
  #listener: HttpConnectionListener | undefined;
  #session: Http2Session | undefined;
  readonly #stream = new Http2Stream(this);
  #kept: HttpResponse | undefined;
  #retries = 0;
  /** The request in flight waits for a session. */
  isWaiting = false;

  constructor(options: HttpConnectionOptions, listener: HttpConnectionListener, pool: SessionPool) {
    this.#reportsArrivals = options.reportsArrivals;
    this.#listener = listener;
    this.#pool = pool;
    pool.join();
  }

  get status(): number {
    return this.#stream.status;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#pool.open(this, signal);
  }

  send({ message, tail, method }: OutgoingRequest, kept?: HttpResponse): void {
    this.#kept = kept;
    this.#retries = 0;
    this.#stream.prepare(message.toString('latin1'), tail, method === 'HEAD');
    const session = this.#find();
    if (session === undefined) this.#wait();
    else {
      this.attach(session);
      this.#write(session, false);
    }
  }

  reject(error: unknown): void {
    setImmediate(() => this.#listener?.failed(error));
  }

  destroy(): void {
    if (this.#listener === undefined) return;
    this.#listener = undefined;
    this.isWaiting = false;
    if (this.#stream.id !== 0 && this.#pool.isShared) this.#session?.cancel(this.#stream);
    this.#pool.leave();
  }

  async closed(): Promise<void> {
    await this.#pool.closed();
  }

  attach(session: Http2Session): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#listener?.opening(new SessionBytes(session.socket));
  }

  sendOn(session: Http2Session): void {
    this.isWaiting = false;
    this.#write(session, true);
  }

  unconnected(error: unknown): void {
    this.isWaiting = false;
    this.#listener?.failed(error);
  }

  arrived(): void {
    if (this.#reportsArrivals) this.#listener?.arrived();
  }

  headers({ fields }: HeaderBlock): void {
    const kept = this.#kept;
    if (kept?.keepsHead !== true) return;
    for (let at = 2; at < fields.length; at += 2) kept.addHeader(fields[at]!, fields[at + 1]!); // after the status
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.#kept?.addBody(bytes, from, to);
  }

  trailers(): void {}

  ended(): void {
    this.#listener?.responded(this.#stream.status);
  }

  refused(error: Error): void {
    if (this.#retries++ < MOST_RETRIES) this.#wait();
    else
      this.failed(
        new ClassifiedError('reset', `${error.message} before it processed the request, ${MOST_RETRIES + 1} times`),
      );
  }

  failed(error: Error): void {
    this.#listener?.failed(error);
  }

  /** Returns a session with room, not one whose server keeps the window of earlier uploads. */
  #find(): Http2Session | undefined {
    const session = this.#session?.hasRoom === true ? this.#session : this.#pool.find();
    if (session === undefined || this.#stream.body === null || !session.uploads.isExhausted) return session;
    session.retire();
    return this.#pool.find();
  }

  #wait(): void {
    this.isWaiting = true;
    void this.#pool.send(this);
  }

  #write(session: Http2Session, waited: boolean): void {
    this.#listener?.writing(waited);
    session.send(this.#stream);
  }
}
