import type { ErrorClass } from '../../../src/shared/outcome.ts';
import type { DriverFactory, DriverOptions } from '../../../src/drivers/driver.ts';

/** A driver under test together with a real server for it. */
export interface Subject {
  readonly name: string;
  readonly factory: DriverFactory;
  startServer(): Promise<SubjectServer>;
  /**
   * What bytes that make no sense look like to this driver: with TLS underneath, a TLS failure. `timeout`: the client
   * library ignores them, so that only the deadline ends the request.
   */
  readonly garbageClass: ErrorClass;
  /** Whether the driver cancels a request on the server, over a separate connection. */
  readonly cancelsOnServer?: boolean;
  /**
   * The client library keeps the connections in a pool, beside one that watches the server: then it decides which request gets
   * which, and when one that is not needed is closed.
   */
  readonly pooled?: boolean;
}

/** A server whose answers are at least 32 KiB long, so that a connection can break in the middle of one. */
export interface SubjectServer {
  readonly port: number;
  /** Requests that have reached the server. */
  served(): number | Promise<number>;
  /** A driver of reads that connects to `host` and `port`. Even tickets find something, odd ones do not. */
  options(host: string, port: number): DriverOptions;
  stop(): Promise<void>;
}
