import { ABORTED, FIRST_ERROR, failure, type Outcome } from '../../shared/outcome.ts';
import { ClassifiedError, classifyError, isWorkloadError } from '../classify-error.ts';
import type { StreamPlan } from '../../plan/stream.ts';
import type { Exchange, ResponseNeeds, Session } from '../driver.ts';
import { SessionBase } from '../session-base.ts';
import type { WireMeter } from '../wire-meter.ts';
import type { ConnectionFactory, HttpConnection, HttpConnectionListener, HttpConnectionOptions } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { FurtherConnections, SessionMeter } from './further-connections.ts';
import { HttpResponse } from './http-response.ts';
import { COMPRESSED_STREAM, type ResponseMetrics, ResponseTimes } from './response-times.ts';
import type { RequestSource } from './outgoing-request.ts';
import type { Redirects } from './redirects.ts';
import type { StatusErrors } from './status-outcomes.ts';

/** HTTP form of one of the job's operations. */
export interface HttpOperation {
  readonly writer: RequestSource;
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
  /** Its response is read as a stream of events; `undefined`: it is not. */
  readonly stream: StreamPlan | undefined;
  /** Maximum number of redirects that it follows. */
  readonly redirects: number;
}

/** Options shared by the sessions of one job. */
export interface HttpSessionOptions extends HttpConnectionOptions {
  /** One per operation of the job. */
  readonly operations: readonly HttpOperation[];
  /** Creates the redirects and cookies of one session; `undefined`: no operation has them. */
  readonly createRedirects: (() => Redirects) | undefined;
  /** Metrics of the job's responses; `undefined`: it has none. */
  readonly responseMetrics: ResponseMetrics | undefined;
}

const NO_RESPONSE = 'no response within the `max_duration` of its stream';

/** One worker's HTTP session: turns tickets into requests, and responses or failures into outcomes. */
export class HttpSession extends SessionBase<SessionMeter> implements Session, HttpConnectionListener {
  readonly #options: HttpSessionOptions;
  readonly #createConnection: ConnectionFactory;
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
  readonly #times: ResponseTimes | undefined;
  /** The request in flight follows a redirect. */
  #isFollowing = false;

  /** @param options one object for all sessions of a job: V8 looks up the properties of copies one by one, for each request */
  constructor(options: HttpSessionOptions, createConnection: ConnectionFactory) {
    super(new SessionMeter());
    this.#options = options;
    this.#createConnection = createConnection;
    this.#endpoint = options.endpoint;
    this.#operation = options.operations[0]!; // a job has at least one
    this.#redirects = options.createRedirects?.();
    const { clock, responseMetrics } = options;
    const endStream = (): void => this.#endStream();
    const refuseStream = (): void => this.failed(new ClassifiedError('protocol', COMPRESSED_STREAM));
    this.#times = responseMetrics && new ResponseTimes(clock, responseMetrics, endStream, refuseStream);
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
      const request = operation.writer.prepare(exchange.sequence, exchange);
      if (operation.keeps === undefined) connection.send(request);
      else {
        exchange.response = undefined;
        this.#times?.begin(exchange, operation.stream);
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
    if (outcome === ABORTED) this.#times?.abort();
    else this.#recordTimes(false);
    super.cancel(outcome);
  }

  override reconnect(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#further?.dropAll();
  }

  override forget(): void {
    this.#redirects?.forget();
    this.#createConnection.forget?.();
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
    this.#times?.arrived();
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
    this.#recordTimes(false);
    this.breakOff(failure(classifyError(error)), error, undefined);
  }

  /** Hands over the kept response, or follows its redirect. Returns whether the request is complete. */
  #isComplete(status: number): boolean {
    const { exchange } = this;
    if (exchange === undefined) return true;
    if (this.#times?.isRefused === true) {
      exchange.status = status;
      this.failed(new ClassifiedError('protocol', COMPRESSED_STREAM));
      return false;
    }
    try {
      const next = this.#redirects?.follow(status, this.#response!); // responses are kept
      if (next !== undefined) {
        this.#isFollowing = true;
        this.#times?.follow();
        this.#endpoint = next.endpoint;
        this.#connectionTo(next.endpoint).send(next.request, this.#keep(this.#operation.keeps!)); // it has redirects
        return false;
      }
    } catch (error) {
      exchange.status = status;
      this.#recordTimes(false);
      this.#giveRedirects();
      this.finish(failure(classifyError(error)), error, undefined);
      return false;
    }
    this.#recordTimes(true);
    if (this.#isFollowing) this.#giveRedirects();
    if (this.#operation.needs !== undefined && this.#response !== undefined) {
      this.#response.status = status;
      this.#response.eventCount = this.#operation.stream && this.#times?.eventCount;
      exchange.response = this.#response;
    }
    return true;
  }

  /** Hands over the redirects that the request has followed. */
  #giveRedirects(): void {
    if (this.exchange !== undefined) this.exchange.redirects = this.#redirects?.takeFollowed();
  }

  /** @param isComplete whether the response has ended */
  #recordTimes(isComplete: boolean): void {
    if (this.exchange !== undefined && this.#operation.isTimed) this.#times?.end(this.exchange, isComplete);
  }

  /** Ends a request whose stream has reached its limit, and closes its connection. */
  #endStream(): void {
    if (this.#times?.hasBegun !== true) return this.failed(new ClassifiedError('timeout', NO_RESPONSE));
    const { status } = this.#connectionTo(this.#endpoint);
    if (this.exchange === undefined || !this.#isComplete(status)) return;
    const { outcomes, statusErrors } = this.#operation;
    const outcome = outcomes[status] ?? failure('protocol');
    this.exchange.status = status;
    this.breakOff(outcome, outcome < FIRST_ERROR ? undefined : statusErrors.of(status), undefined);
  }

  #keep(needs: ResponseNeeds): HttpResponse {
    this.#response ??=
      this.#times?.createResponse(() => this.#connectionTo(this.#endpoint).status) ?? new HttpResponse();
    return this.#response.begin(needs);
  }

  #connectionTo(endpoint: Endpoint): HttpConnection {
    if (endpoint === this.#options.endpoint) return (this.#connection ??= this.#createConnection(this.#options, this));
    this.#further ??= new FurtherConnections((other, meter) => this.#connectFurther(other, meter), this.meter);
    return this.#further.get(endpoint);
  }

  #connectFurther(endpoint: Endpoint, meter: WireMeter): HttpConnection {
    const listener: HttpConnectionListener = {
      opening: (wire) => meter.follow(wire),
      writing: (waited) => this.writing(waited),
      arrived: () => this.arrived(),
      responded: (status) => this.responded(status),
      failed: (error) => this.failed(error),
    };
    return this.#createConnection({ ...this.#options, endpoint }, listener);
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
