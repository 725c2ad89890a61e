import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { type LoadbotError, messageOf } from '../../shared/errors.ts';
import { failure, type Outcome } from '../../shared/outcome.ts';
import type { Target } from '../../plan/target.ts';
import { ClassifiedError, workloadError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import {
  permanentConnectError,
  type ConnectionWarmUp,
  openWithRetry,
  type ErrorClassification,
} from '../error-classification.ts';
import { WireMeter } from '../wire-meter.ts';
import type { RedisLibrary } from './connection.ts';
import { type RedisConnectionListener, RedisConnection } from './connection.ts';
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
export class RedisSession implements Session, RedisConnectionListener {
  readonly #options: RedisSessionOptions;
  readonly #meter = new WireMeter();
  #connection: RedisConnection | undefined;
  #exchange: Exchange | undefined;

  constructor(options: RedisSessionOptions) {
    this.#options = options;
  }

  /**
   * Opens the connection ahead of the first request if the server accepts it. Takes at most twice the job's timeout.
   * @throws {LoadbotError} for a permanent error
   */
  async open(signal: AbortSignal): Promise<void> {
    await openWithRetry(() => this.#openAhead(signal));
  }

  /** @returns the permanent error, if there is one */
  async #openAhead(signal: AbortSignal): Promise<LoadbotError | undefined> {
    const { clock, timeoutMs, openingAhead, target } = this.#options;
    if (signal.aborted || !openingAhead.goesOn) return undefined;
    const connection = this.#connect();
    const giveUp = (): void => connection.destroy();
    signal.addEventListener('abort', giveUp, { once: true });
    const timer = clock.after(timeoutMs, () =>
      connection.destroy(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`)),
    );
    try {
      await connection.open();
      // A server that requires a password reports it only in reply to a command.
      await connection.sendUntimed(['PING']);
      return undefined;
    } catch (error) {
      this.#drop();
      const verdict = connection.classify(error);
      if (verdict.errorClass === 'timeout') openingAhead.goesOn = false;
      return signal.aborted ? undefined : permanentConnectError(verdict, target, messageOf(error));
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }

  execute(exchange: Exchange): void {
    this.#exchange = exchange;
    const connection = this.#connection;
    if (connection?.ready === true) this.#send(connection, exchange, true);
    else this.#openFor(exchange);
  }

  cancel(outcome: Outcome): void {
    if (this.#exchange === undefined) return;
    this.#drop();
    this.#finish(outcome, undefined, undefined);
  }

  async close(): Promise<void> {
    this.#drop();
  }

  opening(wire: Socket): void {
    this.#meter.follow(wire);
  }

  answered(outcome: Outcome, verdict: ErrorClassification | undefined, reason: unknown): void {
    this.#finish(outcome, verdict, reason);
  }

  lost(verdict: ErrorClassification, reason: unknown): void {
    this.#drop();
    this.#finish(failure(verdict.errorClass), verdict, reason);
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
        if (this.#connection === connection) this.lost(connection.classify(error), error);
      },
    );
  }

  #send(connection: RedisConnection, exchange: Exchange, wasOpen: boolean): void {
    try {
      const request = this.#options.requests[exchange.operation]!; // one for each operation
      const send = request.prepare(exchange.sequence);
      if (wasOpen) exchange.sentMs = this.#options.clock.nowMs();
      connection.send(request, send);
    } catch (error) {
      // The job's data are invalid. Reported one event loop turn later, so that a loop of such requests does not block
      // the event loop.
      setImmediate(() => {
        if (this.#exchange === exchange) this.#finish(failure('workload'), undefined, workloadError(undefined, error));
      });
    }
  }

  #drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  /** Must be the last call, because the worker may start its next request before this returns. */
  #finish(outcome: Outcome, verdict: ErrorClassification | undefined, reason: unknown): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    this.#meter.read();
    exchange.sentBytes = this.#meter.sentBytes;
    exchange.receivedBytes = this.#meter.receivedBytes;
    exchange.detail = verdict?.detail;
    exchange.failure = reason;
    exchange.done(outcome);
  }
}
