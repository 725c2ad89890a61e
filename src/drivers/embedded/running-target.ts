import type { TargetStats } from './truth.ts';

/** An embedded target that accepts requests, in this thread or another. */
export interface RunningTarget {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** What it has seen so far; after `close` what it had seen by then. */
  stats(): Promise<TargetStats>;
  /**
   * Cuts all connections and writes out the access log. May be called again.
   * @throws {LoadbotError} when the access log could not be written
   */
  close(): Promise<void>;
}
