import type { ErrorClass } from '../shared/outcome.ts';
import type { DriverFactory, DriverOptions } from '../drivers/driver.ts';

/** A driver under test together with a real server for it. */
export interface Subject {
  readonly name: string;
  readonly factory: DriverFactory;
  startServer(): Promise<SubjectServer>;
  /**
   * Class of a request that is answered with bytes that are not of the protocol: with TLS underneath, a TLS failure.
   * `timeout`: the client library ignores them, so that only the deadline ends the request.
   */
  readonly garbageClass: ErrorClass;
  /** Whether the driver cancels a request on the server, over a separate connection. */
  readonly cancelsOnServer?: boolean | undefined;
  /**
   * The client library keeps the connections in a pool, beside one that watches the server: it decides which request gets
   * which, and when one that is not needed is closed.
   */
  readonly pooled?: boolean | undefined;
  /** Whether the server finds nothing for odd tickets; default true. */
  readonly hasMisses?: boolean | undefined;
}

/** A server whose responses are at least 32 KiB long, so that a connection can break in the middle of one. */
export interface SubjectServer {
  readonly port: number;
  /** Requests that have reached the server. */
  served(): number | Promise<number>;
  /** A driver of reads that connects to `host` and `port`. Even tickets find something, odd ones do not. */
  options(host: string, port: number): DriverOptions;
  stop(): Promise<void>;
}
