import type { Clock } from '../core/clock.ts';
import type { RequestType } from '../core/job-type.ts';
import type { Materials } from '../core/materials.ts';
import type { FailureDetail, Outcome } from '../core/outcome.ts';
import type { HttpOptions, Json, Target } from '../core/target.ts';
import type { TraceIds } from '../core/trace-id.ts';

/** One kind of request that a job sends. */
export interface Operation {
  readonly type: RequestType;
  readonly materials: Materials;
  /** Documents in one bulk request, at least 1. */
  readonly batchSize: number;
  /** How its request looks over HTTP; what concerns the connection is in the job's. */
  readonly http: HttpOptions;
  /**
   * The request in the target's own language instead of what its type means there, with template tags: text for SQL; a list
   * of words or an object for others. `undefined`: as its type says.
   */
  readonly statement: Json | undefined;
  /** What a `create_index` creates. */
  readonly indexes: readonly IndexOptions[];
}

/** An index to create. */
export interface IndexOptions {
  /** Fields in order: 1, -1, or what the database knows beyond that. */
  readonly keys: Readonly<Record<string, Json>>;
  /** Options of the database, such as `unique`. */
  readonly options: Readonly<Record<string, Json>>;
}

/** What a driver needs to know to speak for one job. */
export interface DriverOptions {
  readonly target: Target;
  /** At least one; an exchange names the one it is about. */
  readonly operations: readonly Operation[];
  /** Table, collection or resource, and the database it lives in where there is one. */
  readonly collection: string;
  readonly database: string | undefined;
  /** Milliseconds a connection may take to open; also the bound on one request, which the engine enforces. */
  readonly timeoutMs: number;
  /** How connections are made over HTTP. */
  readonly http: HttpOptions;
  /** What requests say of themselves to tracing; `undefined`: nothing. */
  readonly traceIds: TraceIds | undefined;
  /** Sessions that the job opens on this thread. */
  readonly sessions: number;
  readonly clock: Clock;
}

/**
 * One request on its way: a worker owns one and uses it again and again.
 * The driver fills in what it learns and calls `done` exactly once.
 */
export interface Exchange {
  /** Ticket number in the job, from 0; selects the data. */
  sequence: number;
  /** Index into the driver's `operations`. */
  operation: number;
  /**
   * When the request left, in the clock's milliseconds. The engine presets it to the moment of `execute`. A driver
   * that had an open connection moves it to when it handed over the bytes; one that had to connect first leaves it, so
   * that the time to connect is part of the request's service time.
   */
  sentMs: number;
  /** Bytes on the wire since the last `done`, protocol overhead included where the driver can see it. */
  sentBytes: number;
  receivedBytes: number;
  /** What was thrown, beside an error outcome; its message reaches reports, never labels. */
  failure: unknown;
  /** What a database says more exactly than the error class does; counted in the result file, never a label. */
  detail: FailureDetail | undefined;
  /** Status code of the response that the driver received since the last `done`; 0: none, or a protocol without codes. */
  status: number;
  done(outcome: Outcome): void;
}

/** One worker's connection. At most one exchange is under way at a time. */
export interface Session {
  /** Starts a request. Calls `exchange.done` exactly once, possibly before it returns. Never throws. */
  execute(exchange: Exchange): void;
  /**
   * Cuts off the request under way, which is then done with `outcome` (a timeout, or `ABORTED`) before this returns.
   * The session stays usable. Without a request under way it does nothing.
   */
  cancel(outcome: Outcome): void;
  /** Closes the connection. Called with no request under way. Never rejects. */
  close(): Promise<void>;
}

/** Speaks one protocol for one job on one thread. */
export interface Driver {
  /**
   * Opens one worker's session. A target that cannot be reached is no failure here: the session connects
   * again on `execute` and reports that as the request's outcome.
   * @throws {LoadbotError} for what can never work: unusable options, a client library that is missing.
   */
  connect(signal: AbortSignal): Promise<Session>;
  /**
   * Works out everything that needs no connection: loads the client library and reads the connection string.
   * @throws {LoadbotError} for what can never work, as `connect` does
   */
  check(): Promise<void>;
  /** Releases what the sessions shared. Never rejects. */
  close(): Promise<void>;
}

/** Makes the driver of one job; registered under its target's `driver` name. */
export type DriverFactory = (options: DriverOptions) => Driver;
