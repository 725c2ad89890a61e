import { failure, type FailureDetail, type Outcome } from '../shared/outcome.ts';
import { workloadError } from './classify-error.ts';
import type { Driver, Exchange, Session } from './driver.ts';

/** Counts the bytes of the connections that a session uses. */
export interface ByteMeter {
  /** Bytes of the last `read` interval. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Stores the bytes since the last `read` in `sentBytes` and `receivedBytes`. */
  read(): void;
}

/** Common part of the sessions of all protocols: holds the exchange in flight and completes it exactly once. */
export abstract class SessionBase<Meter extends ByteMeter> {
  protected readonly meter: Meter;
  /** The request in flight. */
  protected exchange: Exchange | undefined;

  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** Closes the connection at once: the response to the request in flight may still arrive on it. */
  protected abstract drop(): void;

  cancel(outcome: Outcome): void {
    if (this.exchange !== undefined) this.breakOff(outcome, undefined, undefined);
  }

  reconnect(): void {
    this.drop();
  }

  forget(): void {}

  /**
   * Completes the request in flight, if any. Must be the last call, because the worker may start its next request
   * before this returns.
   * @param reason the error of a failed request
   */
  protected finish(outcome: Outcome, reason: unknown, detail: FailureDetail | undefined): void {
    if (this.exchange === undefined) return;
    this.meter.read();
    this.#deliver(outcome, reason, detail);
  }

  /** Ends the request in flight, if any, without a response, and discards the connection. Must be the last call. */
  protected breakOff(outcome: Outcome, reason: unknown, detail: FailureDetail | undefined): void {
    if (this.exchange !== undefined) this.meter.read();
    this.drop();
    this.#deliver(outcome, reason, detail);
  }

  /**
   * Fails a request whose data are invalid, one event loop turn later, so that a loop of such requests does not block
   * the event loop. The connection stays open.
   */
  protected failLater({ sequence }: Exchange, error: unknown): void {
    setImmediate(() => {
      if (this.exchange?.sequence !== sequence) return;
      this.finish(failure('workload'), workloadError(undefined, error), undefined);
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
