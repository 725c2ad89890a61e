import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { failure, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Target } from '../../plan/target.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Exchange, ResponseContent, Session } from '../driver.ts';
import { connectAhead, type ConnectionWarmUp } from '../error-classification.ts';
import { SessionBase } from '../session-base.ts';
import { WireMeter } from '../wire-meter.ts';
import type { SqlBackend, SqlConnection, SqlListener } from './connection.ts';
import { RowCollector } from './row-collector.ts';
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
export class SqlSession extends SessionBase<WireMeter> implements Session, SqlListener {
  readonly #shared: SqlSessionOptions;
  #connection: SqlConnection | undefined;
  /** Whether the connection is ready for a request. */
  #isOpen = false;
  #statement: SqlStatement | undefined;

  constructor(shared: SqlSessionOptions) {
    super(new WireMeter());
    this.#shared = shared;
  }

  /**
   * Opens the connection ahead of the first request if the server accepts it. Takes at most twice the job's timeout.
   * @throws {LoadbotError} for a permanent error
   */
  async open(signal: AbortSignal): Promise<void> {
    const { backend, openingAhead, target } = this.#shared;
    await connectAhead({
      signal,
      warmUp: openingAhead,
      target,
      connect: () => this.#connect(),
      drop: () => this.drop(),
      classify: (error) => backend.classifyError(error),
    });
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const statement = this.#shared.statements[exchange.operation];
    this.#statement = statement;
    if (statement?.needs !== undefined) exchange.response = undefined;
    if (!this.follow(exchange, statement?.control)) return;
    if (this.#isOpen) this.#send(exchange, true);
    else void this.#reconnect();
  }

  override cancel(outcome: Outcome): void {
    if (this.exchange !== undefined && this.#isOpen) this.#connection?.cancel();
    super.cancel(outcome);
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

  completed(matched: boolean, content: ResponseContent | undefined): void {
    const statement = this.#statement;
    if (statement?.next !== undefined && this.exchange !== undefined) {
      this.#statement = statement.next;
      this.#send(this.exchange, false);
      return;
    }
    if (content !== undefined && this.exchange !== undefined) this.exchange.response = content;
    this.finish(matched || statement?.missable !== true ? OK : MISS, undefined, undefined);
  }

  rejected(error: unknown): void {
    const { errorClass, detail, alreadyExists } = this.#shared.backend.classifyError(error);
    const statement = this.#statement;
    if (alreadyExists && statement?.creates === true) {
      const { needs } = statement;
      this.completed(true, needs === undefined ? undefined : new RowCollector(needs).content(0));
      return;
    }
    // A server that closes the connection sends the reason first, so the next attempt gets it.
    if (errorClass === 'reset' || errorClass === 'refused') {
      this.breakOff(failure(errorClass), error, detail);
      return;
    }
    this.finish(failure(errorClass), error, detail);
  }

  broken(error: unknown): void {
    // The error of the table preparation has the server's error as its cause.
    const { errorClass, detail } = this.#shared.backend.classifyError(
      error instanceof LoadbotError ? error.cause : error,
    );
    this.breakOff(failure(errorClass), error, detail);
  }

  #send(exchange: Exchange, moveSentMs: boolean): void {
    const statement = this.#statement;
    try {
      if (statement === undefined) throw new LoadbotError('internal', `unknown operation ${exchange.operation}`);
      const values = statement.values(exchange.sequence);
      if (moveSentMs) exchange.sentMs = this.#shared.clock.nowMs();
      this.#connection?.run(statement, values);
    } catch (error) {
      this.failLater(exchange, error);
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
    if (this.#connection === connection && this.exchange !== undefined) this.#send(this.exchange, false);
  }

  async #connect(): Promise<void> {
    const { backend, tableMaker, timeoutMs, clock } = this.#shared;
    const connection = backend.connect(this);
    const { wire } = connection;
    this.#connection = connection;
    this.meter.follow(connection.traffic);
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

  protected drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#isOpen = false;
  }
}

/** Rejects when the socket has closed. */
async function lost(wire: Socket): Promise<never> {
  return new Promise((_, reject) => {
    wire.once('close', () => reject(new ClassifiedError('reset', 'the connection closed before it was established')));
  });
}
