import type { Db, Document } from 'mongodb';
import { type Clock, settlesWithTimeout } from '../../shared/clock.ts';
import { failure, type FailureDetail, OK, type Outcome } from '../../shared/outcome.ts';
import type { Exchange, Session } from '../driver.ts';
import { lostTransactionError, SessionBase } from '../session-base.ts';
import { classifyMongoError, isErrorReply, isPoolClearedError } from './errors.ts';
import type { CommandChannel, CommandListener } from './command-stream.ts';
import type { MongoConnectionPool } from './connection-pool.ts';
import type { PoolMeter } from './pool-meter.ts';
import { replyContent } from './reply-content.ts';
import type { MongoRequest } from './request.ts';
import { MongoTransaction } from './transaction.ts';

/**
 * Delay before a request that the pool rejected is passed to the library again, in milliseconds. A pool without
 * connections rejects requests at once until the server has answered a heartbeat: without the delay, a loop of such
 * requests would block the event loop, and the heartbeat with it.
 */
const CLEARED_POOL_DELAY_MS = 10;

/** Timeout for the server's reply to the abort of a transaction when its session is closed, in milliseconds. */
const ABORT_TIMEOUT_MS = 1000;

/** Options shared by the sessions of one job. */
export interface MongoSessionOptions {
  readonly link: MongoConnectionPool;
  /** In the order of the driver's operations. */
  readonly requests: readonly MongoRequest[];
  /** Size of a reply in BSON, in bytes. */
  readonly sizeOf: (reply: Document) => number;
  readonly clock: Clock;
  readonly openChannel: (listener: CommandListener) => CommandChannel;
}

/** One worker's share of the pool: turns tickets into commands, and replies into outcomes. */
export class MongoSession extends SessionBase<PoolMeter> implements Session, CommandListener {
  readonly #options: MongoSessionOptions;
  readonly #closed: () => Promise<void>;
  readonly #transaction = new MongoTransaction();
  #channel: CommandChannel;
  #request: MongoRequest | undefined;
  /** Start time of the request, and the number of connections opened until then. */
  #startedMs = 0;
  #openedBefore = 0;
  /** Whether the request was passed to the library a second time. */
  #isSecond = false;

  /** @param closed called each time the session is closed */
  constructor(options: MongoSessionOptions, closed: () => Promise<void>) {
    super(options.link.meter);
    this.#options = options;
    this.#closed = closed;
    this.#channel = this.#options.openChannel(this);
  }

  execute(exchange: Exchange): void {
    const { link } = this.#options;
    this.exchange = exchange;
    const request = this.#options.requests[exchange.operation]!; // one for each operation
    this.#request = request;
    if (request.needs !== undefined) exchange.response = undefined;
    if (!this.follow(exchange, request.transaction?.kind)) return;
    this.#startedMs = exchange.sentMs;
    this.#openedBefore = link.opened;
    this.#isSecond = false;
    const { db } = link;
    if (db === undefined) this.#openFor(exchange);
    else this.#send(db, exchange, true);
  }

  async close(): Promise<void> {
    this.loseTransaction();
    this.#channel.cancel();
    await settlesWithTimeout(this.#options.clock, ABORT_TIMEOUT_MS, this.#transaction.aborted());
    await this.#closed();
  }

  replied(reply: Document): void {
    const request = this.#request!; // set by execute
    let outcome: Outcome;
    try {
      outcome = request.outcomeOf(reply);
    } catch (error) {
      return this.failed(error);
    }
    const { needs, transaction } = request;
    if (transaction !== undefined) this.#transaction.ended(transaction.kind === 'commit');
    if (needs !== undefined && this.exchange !== undefined)
      this.exchange.response = replyContent(reply, this.#options.sizeOf(reply), needs);
    this.finish(outcome, undefined, undefined);
  }

  failed(error: unknown): void {
    const { code } = error as { readonly code?: unknown };
    this.#followFailure(error);
    if (code !== undefined && code === this.#request?.acceptableCode) return this.finish(OK, undefined, undefined);
    if (isPoolClearedError(error) && !this.#isSecond && this.exchange !== undefined) {
      // The request waited for a connection while the pool closed its connections after an error of another request.
      this.#isSecond = true;
      return this.#openLater(this.exchange);
    }
    const reason = this.#options.link.explain(error);
    const verdict = classifyMongoError(reason);
    this.finish(failure(verdict.errorClass), reason, verdict.detail);
  }

  /** A transaction ends with its commit or rollback, even if that fails, and is lost with the reply to one of its commands. */
  #followFailure(error: unknown): void {
    const isReply = isErrorReply(error);
    if (this.#request?.transaction === undefined) {
      if (!isReply) this.loseTransaction();
    } else if (isReply) this.#transaction.ended(false);
    else this.#transaction.abandon();
  }

  protected override loseTransaction(): void {
    if (this.inTransaction) this.#transaction.abandon();
    super.loseTransaction();
  }

  #openLater(exchange: Exchange): void {
    const channel = this.#channel;
    this.#options.clock.after(CLEARED_POOL_DELAY_MS, () => {
      if (this.#channel === channel) this.#openFor(exchange);
    });
  }

  #openFor(exchange: Exchange): void {
    const channel = this.#channel;
    this.#options.link.open().then(
      (db) => {
        if (this.#channel === channel) this.#send(db, exchange, false);
      },
      (error: unknown) => {
        if (this.#channel === channel) this.failed(error);
      },
    );
  }

  #send(db: Db, exchange: Exchange, wasOpen: boolean): void {
    try {
      const request = this.#request!; // set by execute
      const { transaction } = request;
      if (transaction?.kind === 'begin') {
        this.#transaction.begin(db.client, transaction.isolation !== undefined);
        this.finish(OK, undefined, undefined);
        return;
      }
      const command = request.prepare(exchange.sequence);
      if (wasOpen) exchange.sentMs = this.#options.clock.nowMs();
      if (transaction === undefined && !this.inTransaction)
        this.#channel.send(db, command, request.options, request.needs !== undefined);
      else this.#sendInTransaction(db, request, command);
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  #sendInTransaction(db: Db, { transaction }: MongoRequest, command: Document): void {
    const session = this.#transaction.sessionOf(db.client);
    if (session === undefined) {
      this.breakOff(failure('reset'), lostTransactionError(), undefined);
    } else if (transaction === undefined) {
      // The concerns of a transaction are those of its begin and commit.
      const { readConcern: _, writeConcern: __, ...others } = command;
      this.#channel.send(db, others, { session }, true);
    } else if (this.#transaction.hasBegun) {
      this.#channel.send(db.client.db('admin'), { ...command, ...this.#transaction.endFields() }, { session }, true);
    } else {
      this.#transaction.ended(transaction.kind === 'commit');
      this.finish(OK, undefined, undefined);
    }
  }

  protected drop(): void {
    this.#channel.cancel();
    this.#channel = this.#options.openChannel(this);
  }

  protected override finish(outcome: Outcome, reason: unknown, detail: FailureDetail | undefined): void {
    this.#includeConnectTime();
    super.finish(outcome, reason, detail);
  }

  protected override breakOff(outcome: Outcome, reason: unknown, detail: FailureDetail | undefined): void {
    this.#includeConnectTime();
    super.breakOff(outcome, reason, detail);
  }

  /**
   * The pool may have opened a connection. It does not report for which request, so the connect time counts for all
   * waiting requests.
   */
  #includeConnectTime(): void {
    if (this.exchange === undefined || !this.#channel.mayConnect) return;
    if (this.#options.link.opened !== this.#openedBefore) this.exchange.sentMs = this.#startedMs;
  }
}
