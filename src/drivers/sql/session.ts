import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { failure, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Target } from '../../plan/target.ts';
import { ClassifiedError, workloadError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import { permanentConnectError, type ConnectionWarmUp, openWithRetry } from '../error-classification.ts';
import { WireMeter } from '../wire-meter.ts';
import type { SqlBackend, SqlConnection, SqlListener } from './connection.ts';
import type { SqlStatement } from './statement.ts';
import type { TableCreator } from './table.ts';

/** Timeout for the server to close a connection after the terminate message. */
const CLOSE_TIMEOUT_MS = 500;

/** Resources shared by the sessions of one job. */
export interface SqlSessionOptions {
  readonly backend: SqlBackend;
  /** One per operation of the job. */
  readonly statements: readonly SqlStatement[];
  readonly tableMaker: TableCreator;
  readonly openingAhead: ConnectionWarmUp;
  readonly target: Target;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** One worker's connection to an SQL server: turns tickets into statements, and results into outcomes. */
export class SqlSession implements Session, SqlListener {
  readonly #shared: SqlSessionOptions;
  readonly #meter = new WireMeter();
  #connection: SqlConnection | undefined;
  /** Whether the connection is ready for a request. */
  #isOpen = false;
  #exchange: Exchange | undefined;
  #statement: SqlStatement | undefined;

  constructor(shared: SqlSessionOptions) {
    this.#shared = shared;
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
    const { openingAhead, backend } = this.#shared;
    if (signal.aborted || !openingAhead.goesOn) return undefined;
    const giveUp = (): void => this.#drop();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#connect();
      return undefined;
    } catch (error) {
      this.#drop();
      if (signal.aborted) return undefined;
      if (error instanceof LoadbotError) return error;
      const verdict = backend.classifyError(error);
      if (verdict.errorClass === 'timeout') openingAhead.goesOn = false;
      return permanentConnectError(verdict, this.#shared.target, messageOf(error));
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  execute(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#statement = this.#shared.statements[exchange.operation];
    if (this.#isOpen) this.#send(exchange, true);
    else void this.#reconnect();
  }

  cancel(outcome: Outcome): void {
    if (this.#exchange === undefined) return;
    if (this.#isOpen) this.#connection?.cancel();
    this.#breakOff(outcome, undefined);
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const { wire } = connection;
    const closed = new Promise<void>((resolve) => {
      if (wire.closed) resolve();
      else wire.once('close', () => resolve());
    });
    const isOpen = this.#isOpen;
    this.#connection = undefined;
    this.#isOpen = false;
    const timer = this.#shared.clock.after(isOpen ? CLOSE_TIMEOUT_MS : 0, () => connection.destroy());
    if (isOpen) connection.end();
    await closed;
    timer.cancel();
  }

  completed(matched: boolean): void {
    const statement = this.#statement;
    if (statement?.next !== undefined && this.#exchange !== undefined) {
      this.#statement = statement.next;
      this.#send(this.#exchange, false);
      return;
    }
    this.#meter.read();
    this.#finish(matched || statement?.missable !== true ? OK : MISS, undefined);
  }

  rejected(error: unknown): void {
    const { errorClass, detail, alreadyExists } = this.#shared.backend.classifyError(error);
    if (alreadyExists && this.#statement?.creates === true) {
      this.completed(true);
      return;
    }
    if (this.#exchange !== undefined) this.#exchange.detail = detail;
    // A server that closes the connection sends the reason first, so the next attempt gets it.
    if (errorClass === 'reset' || errorClass === 'refused') {
      this.#breakOff(failure(errorClass), error);
      return;
    }
    this.#meter.read();
    this.#finish(failure(errorClass), error);
  }

  broken(error: unknown): void {
    // The error of the table preparation has the server's error as its cause.
    const { errorClass, detail } = this.#shared.backend.classifyError(
      error instanceof LoadbotError ? error.cause : error,
    );
    if (this.#exchange !== undefined) this.#exchange.detail = detail;
    this.#breakOff(failure(errorClass), error);
  }

  #send(exchange: Exchange, moveSentMs: boolean): void {
    const statement = this.#statement;
    try {
      if (statement === undefined) throw new LoadbotError('internal', `unknown operation ${exchange.operation}`);
      const values = statement.values(exchange.sequence);
      if (moveSentMs) exchange.sentMs = this.#shared.clock.nowMs();
      this.#connection?.run(statement, values);
    } catch (error) {
      // The job's data are invalid. Reported one event loop turn later, so that a loop of such requests does not block
      // the event loop.
      setImmediate(() => {
        if (this.#exchange !== exchange) return;
        this.#meter.read();
        this.#finish(failure('workload'), workloadError(undefined, error));
      });
    }
  }

  async #reconnect(): Promise<void> {
    const opening = this.#connect();
    const connection = this.#connection;
    try {
      await opening;
    } catch (error) {
      if (this.#connection === connection) this.broken(error);
      return;
    }
    if (this.#connection === connection && this.#exchange !== undefined) this.#send(this.#exchange, false);
  }

  async #connect(): Promise<void> {
    const { backend, tableMaker, timeoutMs, clock } = this.#shared;
    const connection = backend.connect(this);
    const { wire } = connection;
    this.#connection = connection;
    this.#meter.follow(wire);
    const timer = clock.after(timeoutMs, () => {
      wire.destroy(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`));
    });
    try {
      const ready = connection.open().then(() => tableMaker.make(connection));
      await Promise.race([ready, lost(wire)]);
    } catch (error) {
      // An error of the socket is the cause of the library's error.
      throw wire.errored ?? error;
    } finally {
      timer.cancel();
    }
    if (this.#connection === connection) this.#isOpen = true;
  }

  /**
   * Ends the request in flight, if any, without a response. The connection is discarded, because its response may still
   * arrive.
   */
  #breakOff(outcome: Outcome, reason: unknown): void {
    if (this.#exchange !== undefined) this.#meter.read();
    this.#drop();
    this.#finish(outcome, reason);
  }

  #drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#isOpen = false;
  }

  /** Must be the last call, because the worker may start its next request before this returns. */
  #finish(outcome: Outcome, reason: unknown): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    exchange.sentBytes = this.#meter.sentBytes;
    exchange.receivedBytes = this.#meter.receivedBytes;
    exchange.failure = reason;
    exchange.done(outcome);
  }
}

/** Rejects when the socket has closed. */
async function lost(wire: Socket): Promise<never> {
  return new Promise((_, reject) => {
    wire.once('close', () => reject(new ClassifiedError('reset', 'the connection closed before it was established')));
  });
}
