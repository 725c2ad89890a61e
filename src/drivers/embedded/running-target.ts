import type { TargetStats } from './target-statistics.ts';

/** A listening embedded target, in this thread or another. */
export interface RunningTarget {
  /** URL of the target, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Statistics so far; after `close`, the final ones. */
  stats(): Promise<TargetStats>;
  /**
   * Closes all connections and writes the rest of the access log. May be called again.
   * @throws {LoadbotError} when the access log could not be written
   */
  close(): Promise<void>;
}
