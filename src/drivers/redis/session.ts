import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { failure, type Outcome } from '../../shared/outcome.ts';
import type { Target } from '../../plan/target.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import { connectAhead, type ConnectionWarmUp, type ErrorClassification } from '../error-classification.ts';
import { SessionBase } from '../session-base.ts';
import { WireMeter } from '../wire-meter.ts';
import { type RedisConnectionListener, RedisConnection } from './connection.ts';
import { classifyRedisError, type RedisLibrary } from './errors.ts';
import { replyContent } from './reply-content.ts';
import type { RedisRequest } from './request.ts';
import type { RedisSettings } from './settings.ts';

/** Options shared by the sessions of one job. */
export interface RedisSessionOptions {
  readonly library: RedisLibrary;
  readonly settings: RedisSettings;
  /** In the order of the driver's operations. */
  readonly requests: readonly RedisRequest[];
  /** Connect timeout, in milliseconds. */
  readonly timeoutMs: number;
  readonly openingAhead: ConnectionWarmUp;
  readonly target: Target;
  readonly clock: Clock;
}

/** One worker's connection to Redis: turns tickets into commands, and replies into outcomes. */
export class RedisSession extends SessionBase<WireMeter> implements Session, RedisConnectionListener {
  readonly #options: RedisSessionOptions;
  #connection: RedisConnection | undefined;
  /** The request in flight. */
  #request: RedisRequest | undefined;

  constructor(options: RedisSessionOptions) {
    super(new WireMeter());
    this.#options = options;
  }

  /**
   * Opens the connection ahead of the first request if the server accepts it. Takes at most twice the job's timeout.
   * @throws {LoadbotError} for a permanent error
   */
  async open(signal: AbortSignal): Promise<void> {
    const { library, openingAhead, target } = this.#options;
    await connectAhead({
      signal,
      warmUp: openingAhead,
      target,
      connect: () => this.#openTimed(),
      drop: () => this.drop(),
      classify: (error) => classifyRedisError(error, library),
    });
  }

  async #openTimed(): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    const connection = this.#connect();
    const timer = clock.after(timeoutMs, () =>
      connection.destroy(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`)),
    );
    try {
      await connection.open();
      // A server that requires a password reports it only in reply to a command.
      await connection.sendUntimed(['PING']);
    } finally {
      timer.cancel();
    }
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const request = this.#options.requests[exchange.operation]!; // one for each operation
    this.#request = request;
    if (request.needs !== undefined) exchange.response = undefined;
    if (!this.follow(exchange, request.control)) return;
    const connection = this.#connection;
    if (connection?.ready === true) this.#send(connection, exchange, true);
    else this.#openFor(exchange);
  }

  async close(): Promise<void> {
    this.drop();
  }

  opening(wire: Socket): void {
    this.meter.follow(wire);
  }

  answered(outcome: Outcome, reply: unknown): void {
    const request = this.#request;
    if (request?.needs !== undefined && this.exchange !== undefined)
      this.exchange.response = replyContent(reply, request, request.needs, this.inTransaction);
    this.finish(outcome, undefined, undefined);
  }

  rejected(verdict: ErrorClassification, reason: unknown): void {
    this.finish(failure(verdict.errorClass), reason, verdict.detail);
  }

  lost(verdict: ErrorClassification, reason: unknown): void {
    this.breakOff(failure(verdict.errorClass), reason, verdict.detail);
  }

  #connect(): RedisConnection {
    const { library, settings } = this.#options;
    return (this.#connection = new RedisConnection(library, settings, this));
  }

  #openFor(exchange: Exchange): void {
    const connection = this.#connect();
    connection.open().then(
      () => {
        if (this.#connection === connection) this.#send(connection, exchange, false);
      },
      (error: unknown) => {
        if (this.#connection === connection) this.lost(classifyRedisError(error, this.#options.library), error);
      },
    );
  }

  #send(connection: RedisConnection, exchange: Exchange, wasOpen: boolean): void {
    try {
      const request = this.#request!; // set by execute
      const send = request.prepare(exchange.sequence);
      if (wasOpen) exchange.sentMs = this.#options.clock.nowMs();
      connection.send(request, send);
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  protected drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}
