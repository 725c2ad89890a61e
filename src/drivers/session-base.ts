import { type ErrorClass, failure, type FailureDetail, type Outcome } from '../shared/outcome.ts';
import { ClassifiedError, workloadError } from './classify-error.ts';
import type { Driver, Exchange, Operation, Session } from './driver.ts';

/** Error of a request whose transaction is over, because its connection was lost. */
export function lostTransactionError(): ClassifiedError {
  return new ClassifiedError('reset', 'the connection of the transaction was lost');
}

/** Counts the bytes of the connections that a session uses. */
export interface ByteMeter {
  /** Bytes of the last `read` interval. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Stores the bytes since the last `read` in `sentBytes` and `receivedBytes`. */
  read(): void;
}

/** Part of a transaction that an operation performs; `undefined`: none. */
type TransactionPart = NonNullable<Operation['transaction']>['kind'] | undefined;

/** Common part of the sessions of all protocols: holds the exchange in flight and completes it exactly once. */
export abstract class SessionBase<Meter extends ByteMeter> {
  protected readonly meter: Meter;
  /** The request in flight. */
  protected exchange: Exchange | undefined;
  /** Transaction of the session: open after its begin was sent, lost when its connection closed before its end was sent. */
  #transaction: 'none' | 'open' | 'lost' = 'none';

  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** Closes the connection at once: the response to the request in flight may still arrive on it. */
  protected abstract drop(): void;

  cancel(outcome: Outcome): void {
    if (this.exchange !== undefined) this.breakOff(outcome, undefined, undefined);
  }

  reconnect(): void {
    this.loseTransaction();
    this.drop();
  }

  forget(): void {
    if (this.#transaction === 'lost') this.#transaction = 'none';
  }

  /** Whether a transaction has begun, and its end was not sent yet. */
  protected get inTransaction(): boolean {
    return this.#transaction === 'open';
  }

  /**
   * Follows the transactions of the session. A later part of a transaction never runs on another connection: it fails
   * until the lost transaction is ended, or the next one begins.
   * @returns whether the request may be sent; otherwise it fails
   */
  protected follow(exchange: Exchange, part: TransactionPart): boolean {
    if (part === undefined && this.#transaction !== 'lost') return true;
    const isLost = this.#transaction === 'lost' && part !== 'begin';
    if (part !== undefined) this.#transaction = part === 'begin' ? 'open' : 'none';
    if (isLost) this.#failLater(exchange, 'reset', lostTransactionError());
    return !isLost;
  }

  /** The connection of an open transaction is gone, and the transaction with it. */
  protected loseTransaction(): void {
    if (this.#transaction === 'open') this.#transaction = 'lost';
  }

  /**
   * Completes the request in flight, if any. Must be the last call, because the worker may start its next request
   * before this returns.
   * @param reason the error of a failed request
   */
  protected finish(outcome: Outcome, reason?: unknown, detail?: FailureDetail): void {
    if (this.exchange === undefined) return;
    this.meter.read();
    this.#deliver(outcome, reason, detail);
  }

  /** Ends the request in flight, if any, without a response, and discards the connection. Must be the last call. */
  protected breakOff(outcome: Outcome, reason?: unknown, detail?: FailureDetail): void {
    if (this.exchange !== undefined) this.meter.read();
    this.loseTransaction();
    this.drop();
    this.#deliver(outcome, reason, detail);
  }

  /**
   * Fails a request whose data are invalid, one event loop turn later, so that a loop of such requests does not block
   * the event loop. The connection stays open.
   */
  protected failLater(exchange: Exchange, error: unknown): void {
    this.#failLater(exchange, 'workload', workloadError(undefined, error));
  }

  #failLater({ sequence }: Exchange, errorClass: ErrorClass, error: unknown): void {
    setImmediate(() => {
      if (this.exchange?.sequence === sequence) this.finish(failure(errorClass), error, undefined);
    });
  }

  #deliver(outcome: Outcome, reason: unknown, detail: FailureDetail | undefined): void {
    const { exchange, meter } = this;
    if (exchange === undefined) return;
    this.exchange = undefined;
    exchange.sentBytes = meter.sentBytes;
    exchange.receivedBytes = meter.receivedBytes;
    exchange.detail = detail;
    exchange.failure = reason;
    exchange.done(outcome);
  }
}

/** A session that opens its connection ahead of the first request. */
interface OpeningSession extends Session {
  /** @throws {LoadbotError} for a permanent error */
  open(signal: AbortSignal): Promise<void>;
}

/**
 * Creates the driver of one job from its parts. `prepare` runs once, for the first session or check, so that invalid
 * options reject `connect`, as its contract requires.
 * @param prepare makes what the sessions share
 * @param close releases it; called also when nothing was prepared
 */
export function createDriver<Shared>(
  prepare: () => Promise<Shared>,
  createSession: (shared: Shared) => OpeningSession,
  close: () => Promise<void> = async () => undefined,
): Driver {
  let shared: Promise<Shared> | undefined;
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      const session = createSession(await (shared ??= prepare()));
      await session.open(signal);
      return session;
    },
    async check(): Promise<void> {
      await (shared ??= prepare());
    },
    close,
  };
}
