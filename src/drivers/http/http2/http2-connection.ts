import { ClassifiedError } from '../../classify-error.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions } from '../connection.ts';
import type { HttpResponse } from '../http-response.ts';
import type { OutgoingRequest } from '../outgoing-request.ts';
import type { HeaderBlock } from './header-block.ts';
import type { Http2Session } from './http2-session.ts';
import type { SessionPool } from './session-pool.ts';
import { StreamUser } from './stream-user.ts';

/** Times that a request is sent again, because the server closes a connection before it processes the request. */
const MOST_RETRIES = 3;

/** The requests of one worker over HTTP/2. */
export class Http2Connection extends StreamUser<HttpConnectionListener> implements HttpConnection {
  readonly #pool: SessionPool;
  readonly #reportsArrivals: boolean;
  #kept: HttpResponse | undefined;
  #retries = 0;

  constructor(options: HttpConnectionOptions, listener: HttpConnectionListener, pool: SessionPool) {
    super(listener, pool);
    this.#reportsArrivals = options.reportsArrivals;
    this.#pool = pool;
  }

  get status(): number {
    return this.stream.status;
  }

  send({ message, tail, method }: OutgoingRequest, kept?: HttpResponse): void {
    this.#kept = kept;
    this.#retries = 0;
    this.stream.prepare(message.toString('latin1'), tail, method === 'HEAD');
    const session = this.#find();
    if (session === undefined) this.wait();
    else {
      this.attach(session);
      this.write(session, false);
    }
  }

  reject(error: unknown): void {
    setImmediate(() => this.listener?.failed(error));
  }

  arrived(): void {
    if (this.#reportsArrivals) this.listener?.arrived();
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
    this.listener?.responded(this.stream.status);
  }

  refused(error: Error): void {
    if (this.#retries++ < MOST_RETRIES) this.wait();
    else
      this.failed(
        new ClassifiedError('reset', `${error.message} before it processed the request, ${MOST_RETRIES + 1} times`),
      );
  }

  failed(error: Error): void {
    this.listener?.failed(error);
  }

  /** Returns a session with room, not one whose server keeps the window of earlier uploads. */
  #find(): Http2Session | undefined {
    const session = this.session?.hasRoom === true ? this.session : this.#pool.find();
    if (session === undefined || this.stream.body === null || !session.uploads.isExhausted) return session;
    session.retire();
    return this.#pool.find();
  }
}
