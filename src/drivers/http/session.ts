import { ABORTED, FIRST_ERROR, failure, type Outcome } from '../../shared/outcome.ts';
import { classifyError, isWorkloadError } from '../classify-error.ts';
import type { Exchange, ResponseNeeds, Session } from '../driver.ts';
import { SessionBase } from '../session-base.ts';
import type { WireMeter } from '../wire-meter.ts';
import type { HttpConnection, HttpConnectionListener, HttpConnectionOptions, ConnectionVersion } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { FirstByteTimer } from './first-byte.ts';
import { FurtherConnections, SessionMeter } from './further-connections.ts';
import { HttpResponse } from './http-response.ts';
import type { Redirects } from './redirects.ts';
import type { RequestWriter } from './request-writer.ts';
import type { StatusErrors } from './status-outcomes.ts';

/** HTTP form of one of the job's operations. */
export interface HttpOperation {
  readonly writer: RequestWriter;
  readonly endpoint: Endpoint;
  /** Outcomes indexed by status. */
  readonly outcomes: readonly Outcome[];
  readonly statusErrors: StatusErrors;
  /** Parts of its responses that the exchange receives; `undefined`: none. */
  readonly needs: ResponseNeeds | undefined;
  /** Parts of its responses that are kept: for the exchange, for cookies or for redirects. `undefined`: its responses are not looked at. */
  readonly keeps: ResponseNeeds | undefined;
  /** Whether the times of its responses are recorded. */
  readonly isTimed: boolean;
  /** Maximum number of redirects that it follows. */
  readonly redirects: number;
}

/** Options shared by the sessions of one job. */
export interface HttpSessionOptions extends HttpConnectionOptions {
  /** One per operation of the job. */
  readonly operations: readonly HttpOperation[];
  readonly Version: ConnectionVersion;
  /** Creates the redirects and cookies of one session; `undefined`: no operation has them. */
  readonly createRedirects: (() => Redirects) | undefined;
  /** Index of the metric of the time to the first byte; `undefined`: not recorded. */
  readonly firstByte: number | undefined;
}

/** One worker's HTTP session: turns tickets into requests, and responses or failures into outcomes. */
export class HttpSession extends SessionBase<SessionMeter> implements Session, HttpConnectionListener {
  readonly #options: HttpSessionOptions;
  /** Connection to the job's target. */
  #connection: HttpConnection | undefined;
  /** Connections to other hosts; `undefined` before the first one. */
  #further: FurtherConnections | undefined;
  /** Endpoint of the request in flight, or of the last one. */
  #endpoint: Endpoint;
  /** Operation of the request in flight. */
  #operation: HttpOperation;
  /** Kept parts of the response in flight, or of the last one; `undefined`: nothing was kept yet. */
  #response: HttpResponse | undefined;
  readonly #redirects: Redirects | undefined;
  readonly #firstByte: FirstByteTimer | undefined;
  /** The request in flight follows a redirect. */
  #isFollowing = false;

  constructor(options: HttpSessionOptions) {
    super(new SessionMeter());
    this.#options = options;
    this.#endpoint = options.endpoint;
    this.#operation = options.operations[0]!; // a job has at least one
    this.#redirects = options.createRedirects?.();
    const { clock, firstByte } = options;
    this.#firstByte = firstByte === undefined ? undefined : new FirstByteTimer(clock, firstByte);
  }

  /** Opens the connections ahead of the first request if the targets accept them. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    const endpoints = new Set(this.#options.operations.map(({ endpoint }) => endpoint));
    await Promise.all([...endpoints].map((endpoint) => this.#connectionTo(endpoint).open(signal)));
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const operation = this.#options.operations[exchange.operation]!; // one for each
    this.#operation = operation;
    const { endpoint } = operation;
    this.#endpoint = endpoint;
    this.#isFollowing = false;
    const connection = this.#connectionTo(endpoint);
    try {
      const request = operation.writer.prepare(exchange.sequence);
      if (operation.keeps === undefined) connection.send(request);
      else {
        exchange.response = undefined;
        this.#firstByte?.begin();
        const redirects = this.#redirects;
        const sent = redirects === undefined ? request : redirects.begin(request, endpoint, operation.redirects);
        connection.send(sent, this.#keep(operation.keeps));
      }
    } catch (error) {
      if (isWorkloadError(error)) this.failLater(exchange, error);
      else connection.reject(error);
    }
  }

  override cancel(outcome: Outcome): void {
    if (this.#isFollowing) this.#giveRedirects();
    if (outcome !== ABORTED) this.#recordTimes();
    super.cancel(outcome);
  }

  override reconnect(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#further?.dropAll();
  }

  override forget(): void {
    this.#redirects?.forget();
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    await Promise.all([connection?.closed(), this.#further?.close()]);
  }

  opening(wire: Parameters<HttpConnectionListener['opening']>[0]): void {
    this.meter.follow(wire);
  }

  writing(waited: boolean): void {
    if (!waited && !this.#isFollowing && this.exchange !== undefined)
      this.exchange.sentMs = this.#options.clock.nowMs();
  }

  arrived(): void {
    this.#firstByte?.arrived();
  }

  responded(status: number): void {
    const { outcomes, statusErrors, keeps } = this.#operation;
    if (keeps !== undefined && !this.#isComplete(status)) return;
    const outcome = outcomes[status] ?? failure('protocol');
    if (this.exchange !== undefined) this.exchange.status = status;
    this.finish(outcome, outcome < FIRST_ERROR ? undefined : statusErrors.of(status), undefined);
  }

  failed(error: unknown): void {
    if (this.#isFollowing) this.#giveRedirects();
    this.#recordTimes();
    this.breakOff(failure(classifyError(error)), error, undefined);
  }

  /** Hands over the kept response, or follows its redirect. Returns whether the request is complete. */
  #isComplete(status: number): boolean {
    const { exchange } = this;
    if (exchange === undefined) return true;
    try {
      const next = this.#redirects?.follow(status, this.#response!); // responses are kept
      if (next !== undefined) {
        this.#isFollowing = true;
        this.#firstByte?.begin();
        this.#endpoint = next.endpoint;
        this.#connectionTo(next.endpoint).send(next.request, this.#keep(this.#operation.keeps!)); // it has redirects
        return false;
      }
    } catch (error) {
      exchange.status = status;
      this.#recordTimes();
      this.#giveRedirects();
      this.finish(failure(classifyError(error)), error, undefined);
      return false;
    }
    this.#recordTimes();
    if (this.#isFollowing) this.#giveRedirects();
    if (this.#operation.needs !== undefined && this.#response !== undefined) {
      this.#response.status = status;
      exchange.response = this.#response;
    }
    return true;
  }

  /** Hands over the redirects that the request has followed. */
  #giveRedirects(): void {
    if (this.exchange !== undefined) this.exchange.redirects = this.#redirects?.takeFollowed();
  }

  #recordTimes(): void {
    if (this.exchange !== undefined && this.#operation.isTimed) this.#firstByte?.end(this.exchange);
  }

  #keep(needs: ResponseNeeds): HttpResponse {
    return (this.#response ??= new HttpResponse()).begin(needs);
  }

  #connectionTo(endpoint: Endpoint): HttpConnection {
    if (endpoint === this.#options.endpoint) return this.#connection ?? this.#connect();
    this.#further ??= new FurtherConnections((other, meter) => this.#connectFurther(other, meter), this.meter);
    return this.#further.get(endpoint);
  }

  #connect(): HttpConnection {
    return (this.#connection = new this.#options.Version(this.#options, this));
  }

  #connectFurther(endpoint: Endpoint, meter: WireMeter): HttpConnection {
    const listener: HttpConnectionListener = {
      opening: (wire) => meter.follow(wire),
      writing: (waited) => this.writing(waited),
      arrived: () => this.arrived(),
      responded: (status) => this.responded(status),
      failed: (error) => this.failed(error),
    };
    return new this.#options.Version({ ...this.#options, endpoint }, listener);
  }

  /** Closes the connection of the request in flight. */
  protected drop(): void {
    if (this.#endpoint !== this.#options.endpoint) this.#further?.drop(this.#endpoint);
    else {
      this.#connection?.destroy();
      this.#connection = undefined;
    }
  }
}
