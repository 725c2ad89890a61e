import { FIRST_ERROR, failure, type Outcome } from '../../shared/outcome.ts';
import { classifyError, isWorkloadError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import { WireMeter } from '../wire-meter.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions, ConnectionVersion } from './connection.ts';
import type { RequestWriter } from './request-writer.ts';
import type { StatusErrors } from './status-outcomes.ts';

/** HTTP form of one of the job's operations. */
export interface HttpOperation {
  readonly writer: RequestWriter;
  /** Outcomes indexed by status. */
  readonly outcomes: readonly Outcome[];
  readonly statusErrors: StatusErrors;
}

/** Options shared by the sessions of one job. */
export interface HttpSessionOptions extends HttpConnectionOptions {
  /** One per operation of the job. */
  readonly operations: readonly HttpOperation[];
  readonly Version: ConnectionVersion;
}

/** One worker's HTTP session: turns tickets into requests, and responses or failures into outcomes. */
export class HttpSession implements Session, HttpConnectionListener {
  readonly #options: HttpSessionOptions;
  readonly #meter = new WireMeter();
  #connection: HttpConnection | undefined;
  #exchange: Exchange | undefined;
  /** Operation of the request in flight. */
  #operation: HttpOperation;

  constructor(options: HttpSessionOptions) {
    this.#options = options;
    this.#operation = options.operations[0]!; // a job has at least one
  }

  /** Opens the connection ahead of the first request if the target accepts it. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#connect().open(signal);
  }

  execute(exchange: Exchange): void {
    this.#exchange = exchange;
    const connection = this.#connection ?? this.#connect();
    this.#operation = this.#options.operations[exchange.operation]!; // one for each
    try {
      connection.send(this.#operation.writer.prepare(exchange.sequence));
    } catch (error) {
      if (isWorkloadError(error)) this.#giveUp(exchange.sequence, error);
      else connection.reject(error);
    }
  }

  cancel(outcome: Outcome): void {
    if (this.#exchange !== undefined) this.#breakOff(outcome, undefined);
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    await connection?.closed();
  }

  opening(wire: Parameters<HttpConnectionListener['opening']>[0]): void {
    this.#meter.follow(wire);
  }

  writing(waited: boolean): void {
    if (!waited && this.#exchange !== undefined) this.#exchange.sentMs = this.#options.clock.nowMs();
  }

  responded(status: number): void {
    const { outcomes, statusErrors } = this.#operation;
    const outcome = outcomes[status] ?? failure('protocol');
    this.#meter.read();
    if (this.#exchange !== undefined) this.#exchange.status = status;
    this.#finish(outcome, outcome < FIRST_ERROR ? undefined : statusErrors.of(status));
  }

  failed(error: unknown): void {
    this.#breakOff(failure(classifyError(error)), error);
  }

  /**
   * Fails one event loop turn later, so that a loop of such requests does not block the event loop. The connection
   * stays open.
   */
  #giveUp(sequence: number, error: unknown): void {
    setImmediate(() => {
      if (this.#exchange?.sequence !== sequence) return;
      this.#meter.read();
      this.#finish(failure('workload'), error);
    });
  }

  #connect(): HttpConnection {
    return (this.#connection = new this.#options.Version(this.#options, this));
  }

  /** Ends the request without a response. The connection is discarded, because its response may still arrive. */
  #breakOff(outcome: Outcome, reason: unknown): void {
    this.#meter.read();
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#finish(outcome, reason);
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
