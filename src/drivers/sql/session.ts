import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import { failure, MISS, OK, type Outcome } from '../../core/outcome.ts';
import type { Target } from '../../core/target.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import { unbuildable } from '../unbuildable.ts';
import { hopeless, type OpeningAhead, openOrRefuse } from '../verdict.ts';
import { WireMeter } from '../wire-meter.ts';
import type { SqlBackend, SqlConnection, SqlListener } from './connection.ts';
import type { SqlStatement } from './statement.ts';
import type { TableMaker } from './table-maker.ts';

/** How long a server may take to close a connection after our goodbye. */
const GOODBYE_MS = 500;

/** What the sessions of one job share. */
export interface SqlShared {
  readonly backend: SqlBackend;
  /** One for each of the job's operations. */
  readonly statements: readonly SqlStatement[];
  readonly tableMaker: TableMaker;
  readonly openingAhead: OpeningAhead;
  readonly target: Target;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** One worker's connection to an SQL server: turns tickets into statements and what becomes of them into outcomes. */
export class SqlSession implements Session, SqlListener {
  readonly #shared: SqlShared;
  readonly #meter = new WireMeter();
  #connection: SqlConnection | undefined;
  /** Whether the connection can take a request. */
  #isOpen = false;
  #exchange: Exchange | undefined;
  #statement: SqlStatement | undefined;

  constructor(shared: SqlShared) {
    this.#shared = shared;
  }

  /**
   * Opens the connection ahead of the first request, if the server lets it. Takes at most twice the job's timeout.
   * @throws {LoadbotError} when it will never
   */
  async open(signal: AbortSignal): Promise<void> {
    await openOrRefuse(() => this.#openAhead(signal));
  }

  /** @returns the error that no other attempt will have a different end from */
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
      const verdict = backend.judge(error);
      if (verdict.errorClass === 'timeout') openingAhead.goesOn = false;
      return hopeless(verdict, this.#shared.target, messageOf(error));
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
    if (this.#isOpen) this.#connection?.interrupt();
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
    const timer = this.#shared.clock.after(isOpen ? GOODBYE_MS : 0, () => connection.destroy());
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
    const { errorClass, detail, isThere } = this.#shared.backend.judge(error);
    if (isThere && this.#statement?.creates === true) {
      this.completed(true);
      return;
    }
    if (this.#exchange !== undefined) this.#exchange.detail = detail;
    // A server that gives the connection up says so before it closes it.
    if (errorClass === 'reset' || errorClass === 'refused') {
      this.#breakOff(failure(errorClass), error);
      return;
    }
    this.#meter.read();
    this.#finish(failure(errorClass), error);
  }

  broken(error: unknown): void {
    // A failure to prepare the table keeps what the server said as its cause.
    const { errorClass, detail } = this.#shared.backend.judge(error instanceof LoadbotError ? error.cause : error);
    if (this.#exchange !== undefined) this.#exchange.detail = detail;
    this.#breakOff(failure(errorClass), error);
  }

  #send(exchange: Exchange, moveSentMs: boolean): void {
    const statement = this.#statement;
    try {
      if (statement === undefined) throw new LoadbotError('internal', `there is no operation ${exchange.operation}`);
      const values = statement.values(exchange.sequence);
      if (moveSentMs) exchange.sentMs = this.#shared.clock.nowMs();
      this.#connection?.run(statement, values);
    } catch (error) {
      // The job's data could not be made: told one turn later, so that a loop of such requests does not block
      // everything else.
      setImmediate(() => {
        if (this.#exchange !== exchange) return;
        this.#meter.read();
        this.#finish(failure('workload'), unbuildable(undefined, error));
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
      wire.destroy(new ClassifiedError('timeout', `no connection within ${timeoutMs} ms`));
    });
    try {
      const ready = connection.open().then(() => tableMaker.make(connection));
      await Promise.race([ready, lost(wire)]);
    } catch (error) {
      // What broke the socket says more than what that did to the library.
      throw wire.errored ?? error;
    } finally {
      timer.cancel();
    }
    if (this.#connection === connection) this.#isOpen = true;
  }

  /**
   * Ends the request, if there is one, without an answer, and the connection with it: nobody knows what is still on its
   * way there.
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

  /** Last, because the worker may start its next request before this returns. */
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

/** Rejects once a socket has closed. */
async function lost(wire: Socket): Promise<never> {
  return new Promise((_, reject) => {
    wire.once('close', () => reject(new ClassifiedError('reset', 'the connection closed while it was being opened')));
  });
}
