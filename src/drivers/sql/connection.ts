import type { Socket } from 'node:net';
import type { Verdict } from '../verdict.ts';
import type { SqlValue } from './column.ts';
import type { Dialect } from './dialect.ts';
import type { SqlStatement } from './statement.ts';

/** One connection of a client library, which is thrown away whole after a failure: none of its late events touches a later request. */
export interface SqlConnection {
  /** The lowest socket: counts the bytes on the wire, and ends everything above it when destroyed. */
  readonly wire: Socket;
  /** Connects and lets the server know who we are. Rejects when it cannot be had. */
  open(): Promise<void>;
  /** Sends a statement without parameters, for what a job needs before its requests. Rejects with the server's refusal. */
  ask(text: string): Promise<void>;
  /** Sends a statement; none may be under way. The listener hears what becomes of it, never before this returns. */
  run(statement: SqlStatement, values: readonly SqlValue[]): void;
  /** Tells the server, on another connection, to stop what it is doing for this one; does not wait for it. */
  interrupt(): void;
  /** Says goodbye to the server, which then closes the connection. */
  end(): void;
  /** Closes the connection at once. The listener hears nothing more. */
  destroy(): void;
}

/** Hears what becomes of the statement that was sent. */
export interface SqlListener {
  /** @param matched whether it read or changed a row */
  completed(matched: boolean): void;
  /** The server refused the statement; the connection is as good as before. */
  rejected(error: unknown): void;
  /** The connection is of no more use. */
  broken(error: unknown): void;
}

/** A verdict on what a server or its client library says. */
export interface SqlVerdict extends Verdict {
  /** What was to be created is there already. */
  readonly isThere: boolean;
}

/** One kind of server, as one job on one thread sees it. */
export interface SqlBackend {
  readonly dialect: Dialect;
  connect(listener: SqlListener): SqlConnection;
  judge(error: unknown): SqlVerdict;
  /** Releases what connections shared. Never rejects. */
  close(): Promise<void>;
}
