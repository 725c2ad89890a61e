import type { Socket } from 'node:net';
import type { ErrorClassification } from '../error-classification.ts';
import type { ResponseContent } from '../driver.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { SqlValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import type { SqlStatement } from './statement.ts';

/** A connection of a client library. It is discarded after a failure, so that no late event affects a later request. */
export interface SqlConnection {
  /** The lowest socket. Destroying it closes all layers above. */
  readonly wire: Socket;
  /** Bytes on the wire. */
  readonly traffic: ByteCounters;
  /** Connects and authenticates. Rejects when the connection fails. */
  open(): Promise<void>;
  /** Sends a statement without parameters, for the preparation of a job. Rejects with the server's error. */
  query(text: string): Promise<void>;
  /** Sends a statement; none may be in flight. The listener is called with the result, never before this returns. */
  run(statement: SqlStatement, values: readonly SqlValue[]): void;
  /** Cancels the running statement through a separate connection; does not wait for it. */
  cancel(): void;
  /** Sends the protocol's terminate message; the server then closes the connection. */
  end(): void;
  /** Closes the connection at once. The listener is not called again. */
  destroy(): void;
}

/** Receives the result of the statement in flight. */
export interface SqlListener {
  /**
   * @param matched whether the statement read or changed a row
   * @param content kept parts of the result; `undefined` for a statement without `needs`
   */
  completed(matched: boolean, content: ResponseContent | undefined): void;
  /** The server rejected the statement; the connection stays usable. */
  rejected(error: unknown): void;
  /** The connection is unusable. */
  broken(error: unknown): void;
}

/** Classification of an error of the server or its client library. */
export interface SqlErrorClassification extends ErrorClassification {
  /** The object to create already exists. */
  readonly alreadyExists: boolean;
}

/** Connections to one kind of server, for one job on one thread. */
export interface SqlBackend {
  readonly dialect: Dialect;
  connect(listener: SqlListener): SqlConnection;
  classifyError(error: unknown): SqlErrorClassification;
  /** Releases the resources that the connections share. Never rejects. */
  close(): Promise<void>;
}
