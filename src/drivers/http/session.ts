import { FIRST_ERROR, failure, type Outcome } from '../../shared/outcome.ts';
import { classifyError, isWorkloadError } from '../classify-error.ts';
import type { Exchange, ResponseNeeds, Session } from '../driver.ts';
import { SessionBase } from '../session-base.ts';
import { WireMeter } from '../wire-meter.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions, ConnectionVersion } from './connection.ts';
import { HttpResponse } from './http-response.ts';
import type { RequestWriter } from './request-writer.ts';
import type { StatusErrors } from './status-outcomes.ts';

/** HTTP form of one of the job's operations. */
export interface HttpOperation {
  readonly writer: RequestWriter;
  /** Outcomes indexed by status. */
  readonly outcomes: readonly Outcome[];
  readonly statusErrors: StatusErrors;
  /** Parts of its responses that the exchange receives; `undefined`: none. */
  readonly needs: ResponseNeeds | undefined;
}

/** Options shared by the sessions of one job. */
export interface HttpSessionOptions extends HttpConnectionOptions {
  /** One per operation of the job. */
  readonly operations: readonly HttpOperation[];
  readonly Version: ConnectionVersion;
}

/** One worker's HTTP session: turns tickets into requests, and responses or failures into outcomes. */
export class HttpSession extends SessionBase<WireMeter> implements Session, HttpConnectionListener {
  readonly #options: HttpSessionOptions;
  #connection: HttpConnection | undefined;
  /** Operation of the request in flight. */
  #operation: HttpOperation;
  /** Kept parts of the response in flight, or of the last one; `undefined`: nothing was kept yet. */
  #response: HttpResponse | undefined;

  constructor(options: HttpSessionOptions) {
    super(new WireMeter());
    this.#options = options;
    this.#operation = options.operations[0]!; // a job has at least one
  }

  /** Opens the connection ahead of the first request if the target accepts it. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#connect().open(signal);
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const connection = this.#connection ?? this.#connect();
    this.#operation = this.#options.operations[exchange.operation]!; // one for each
    const kept = this.#operation.needs === undefined ? undefined : this.#keep(exchange, this.#operation.needs);
    try {
      connection.send(this.#operation.writer.prepare(exchange.sequence), kept);
    } catch (error) {
      if (isWorkloadError(error)) this.failLater(exchange, error);
      else connection.reject(error);
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    await connection?.closed();
  }

  opening(wire: Parameters<HttpConnectionListener['opening']>[0]): void {
    this.meter.follow(wire);
  }

  writing(waited: boolean): void {
    if (!waited && this.exchange !== undefined) this.exchange.sentMs = this.#options.clock.nowMs();
  }

  responded(status: number): void {
    const { outcomes, statusErrors, needs } = this.#operation;
    const outcome = outcomes[status] ?? failure('protocol');
    if (this.exchange !== undefined) {
      this.exchange.status = status;
      if (needs !== undefined) this.exchange.response = this.#response;
    }
    this.finish(outcome, outcome < FIRST_ERROR ? undefined : statusErrors.of(status), undefined);
  }

  failed(error: unknown): void {
    this.breakOff(failure(classifyError(error)), error, undefined);
  }

  #keep(exchange: Exchange, needs: ResponseNeeds): HttpResponse {
    exchange.response = undefined;
    return (this.#response ??= new HttpResponse()).begin(needs);
  }

  #connect(): HttpConnection {
    return (this.#connection = new this.#options.Version(this.#options, this));
  }

  protected drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}
