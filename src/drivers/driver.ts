import type { Clock } from '../shared/clock.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import type { RequestType } from '../shared/job-type.ts';
import type { RequestChange } from './request-change.ts';
import type { JsonObject, RequestData } from '../templates/request-data.ts';
import type { FailureDetail, Outcome } from '../shared/outcome.ts';
import type { Json } from '../shared/json.ts';
import type { StreamPlan } from '../plan/stream.ts';
import type { TransactionControl } from '../plan/scenario.ts';
import type { HttpOptions, Target } from '../plan/target.ts';
import type { TraceIds } from '../shared/trace-id.ts';

/** Parts of a response that an operation keeps for checks and captures. */
export interface ResponseNeeds {
  readonly headers: boolean;
  /** The body, or the rows of a database's result. */
  readonly body: boolean;
  /** Maximum size of the kept body, before and after decoding, or of the rows' values, in bytes. The rest is counted. */
  readonly maxBytes: number;
}

/**
 * Kept parts of a response, for operations with `needs`. Valid until the exchange's next request. Decoding happens when
 * a part is read, after the clock has stopped.
 */
export interface ResponseContent {
  /** Status code; 0: a protocol without status codes. */
  readonly status: number;
  /** Value of a header by lower-case name; several of the same name are joined by `, `. `undefined`: absent. */
  header(name: string): string | undefined;
  /** Value of a cookie that the response sets. `undefined`: none. */
  cookie(name: string): string | undefined;
  /**
   * Body as text, decoded by its `content-encoding` and charset.
   * @throws {Error} when it is longer than `maxBytes` or cannot be decoded; its message begins with "the body"
   */
  text(): string;
  /** Size of the decoded body in bytes, also beyond `maxBytes`. Without `needs.body`: bytes as received. */
  readonly bodyBytes: number;
  /**
   * Value of a result with structure: the rows of a database as objects by column, or the reply of a command.
   * `undefined`: the response has a body, which may be JSON.
   * @throws {Error} when it is larger than `maxBytes`
   */
  value(): Json | undefined;
  /** Number of rows that a database returned or changed; `undefined`: not a database. */
  readonly rowCount: number | undefined;
  /** Number of events of a streamed response; absent: it is not one. */
  readonly eventCount?: number | undefined;
}

/** One kind of request that a job sends. */
export interface Operation {
  readonly type: RequestType;
  /** Name of its requests in messages; absent: their method and path. */
  readonly title?: string | undefined;
  readonly materials: RequestData;
  /** Documents in one bulk request, at least 1. */
  readonly batchSize: number;
  /** HTTP form of the request. The job's `http` has the connection options. */
  readonly http: HttpOptions;
  /**
   * Native request of the target, with template tags, instead of the one derived from `type`: text for SQL, a list of
   * words or an object for other targets. `undefined`: derived from `type`.
   */
  readonly statement: Json | undefined;
  /** Indexes that a `create_index` creates. */
  readonly indexes: readonly IndexOptions[];
  /** Parts of its responses that `Exchange.response` must hold; `undefined`: none. */
  readonly needs?: ResponseNeeds | undefined;
  /** Its response is read as a stream of events; `undefined`: it is not. HTTP only. */
  readonly stream?: StreamPlan | undefined;
  /** Whether it precedes another operation of the same request, whose additional metrics are recorded instead. */
  readonly isPreparation?: true;
  /** Changes each request before it is sent; absent: none. HTTP only. */
  readonly change?: RequestChange | undefined;
  /** Part of a transaction that the operation performs instead of a request of its `type`; `undefined`: none. */
  readonly transaction?: TransactionControl | undefined;
}

/** An index to create. */
export interface IndexOptions {
  /** Fields in order: 1, -1, or another index kind of the database. */
  readonly keys: Readonly<Record<string, Json>>;
  /** Options of the database, such as `unique`. */
  readonly options: Readonly<Record<string, Json>>;
}

/** Options of a job's driver. */
export interface DriverOptions {
  readonly target: Target;
  /** At least one. An exchange refers to one by its index. */
  readonly operations: readonly Operation[];
  /** Table, collection or resource, and its database where there is one. */
  readonly collection: string;
  readonly database: string | undefined;
  /** Whether ids that the job generates are MongoDB's `ObjectId`s; false for other targets. */
  readonly objectIds: boolean;
  /**
   * Timeout for opening a connection, and for one request, in milliseconds. The engine enforces the request timeout.
   */
  readonly timeoutMs: number;
  /** HTTP connection options. */
  readonly http: HttpOptions;
  /** Settings of the driver: `driver_options` of the workload and the job, merged; frozen. */
  readonly driverOptions: JsonObject;
  /** Absolute path of the folder of the workload file: base of relative paths in `driverOptions`. */
  readonly folder: string;
  /** Generator of trace ids for requests; `undefined`: no tracing. */
  readonly traceIds: TraceIds | undefined;
  /** Additional metrics of the job; the driver records those that it knows by `name`. */
  readonly metrics: readonly JobMetric[];
  /** Number of sessions of the job on this thread. */
  readonly sessions: number;
  readonly clock: Clock;
}

/**
 * A request in flight. Each worker owns one and reuses it. The driver fills in the results and calls `done` exactly
 * once.
 */
export interface Exchange {
  /** Ticket number in the job, from 0. Selects the data. */
  sequence: number;
  /** Index into the driver's `operations`. */
  operation: number;
  /**
   * Send time, in the clock's milliseconds. The engine presets it when it calls `execute`. A driver with an open
   * connection sets it when it writes the request. A driver that has to connect first leaves it, so that the connect
   * time is part of the service time.
   */
  sentMs: number;
  /** Bytes on the wire since the last `done`, protocol overhead included where the driver can measure it. */
  sentBytes: number;
  receivedBytes: number;
  /** The error of a failed request. Its message reaches reports, never labels. */
  failure: unknown;
  /** Database-specific detail of the error class. Counted in the result file, never a label. */
  detail: FailureDetail | undefined;
  /** Status code of the response since the last `done`; 0: no response, or a protocol without status codes. */
  status: number;
  /** Status codes of redirects that the driver followed since the last `done`; absent: none. */
  redirects?: readonly number[] | undefined;
  /** Kept parts of the response, set before `done` if the operation has `needs` and a response arrived. */
  response: ResponseContent | undefined;
  /**
   * Records a value of an additional metric of the job; ignored without a request in flight.
   * @param metric its index in `DriverOptions.metrics`
   * @param value whole number of at least 0 that is added to a counter; duration in milliseconds of a trend
   */
  record(metric: number, value: number): void;
  done(outcome: Outcome): void;
}

/** One worker's connection. At most one exchange is in flight at a time. */
export interface Session {
  /** Starts a request. Calls `exchange.done` exactly once, possibly before it returns. Never throws. */
  execute(exchange: Exchange): void;
  /**
   * Cancels the request in flight, which calls `done` with `outcome` (a timeout, or `ABORTED`) before this returns. The
   * session stays usable. Without a request in flight it does nothing.
   */
  cancel(outcome: Outcome): void;
  /** Closes the connection; the next request opens a new one. Requires that no request is in flight. */
  reconnect(): void;
  /** Forgets the state of a user, such as cookies; keeps the connection. Requires that no request is in flight. */
  forget(): void;
  /** Closes the connection. Requires that no request is in flight. Never rejects. */
  close(): Promise<void>;
}

/** Driver of one protocol for one job on one thread. */
export interface Driver {
  /**
   * Opens one worker's session. An unreachable target does not reject: the session reconnects on `execute` and reports
   * the failure as the request's outcome.
   * @throws {LoadbotError} for permanent errors: invalid options or a missing client library
   */
  connect(signal: AbortSignal): Promise<Session>;
  /**
   * Performs everything that needs no connection: loads the client library and parses the connection string.
   * @throws {LoadbotError} for the same permanent errors as `connect`
   */
  check(): Promise<void>;
  /** Releases the resources that the sessions share. Never rejects. */
  close(): Promise<void>;
}

/** Creates the driver of one job. */
export type DriverFactory = (options: DriverOptions) => Driver;

/**
 * Compiles the requests of a job as its driver does, without a connection. Requires no client library.
 * @throws {LoadbotError} the error of the driver's `connect` for requests that can never be sent; its `field` is the
 * field of the job, such as `['command', 'method']` or `['driver_options', 'proto']`
 * @throws {AggregateError} several of them
 */
export type RequestCheck = (options: DriverOptions) => void | Promise<void>;
