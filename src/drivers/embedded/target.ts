import type { ErrorCode } from '../../shared/errors.ts';
import type { FaultOptions } from './faults.ts';
import type { TargetStats } from './target-statistics.ts';

/** Options of the embedded target. */
export interface TargetOptions extends FaultOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** File that receives one line of JSON per request; an existing file is appended to. */
  readonly accessLog: string | undefined;
  /** Seed of the random delays and errors. */
  readonly seed: number;
}

/** Options of a target without faults, on loopback. */
export const PLAIN_TARGET: TargetOptions = {
  host: '127.0.0.1',
  port: 0,
  latencyMs: 0,
  latencyDistribution: { kind: 'constant', spread: 0 },
  errorRate: 0,
  stall: undefined,
  accessLog: undefined,
  seed: 1,
};

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

/** Messages to the target's thread. */
export type TargetCommand = { readonly kind: 'stats' } | { readonly kind: 'close' };

/** Messages from the target's thread. Each `stats` gets a `stats` response; `close` gets `closed` or `failed`. */
export type TargetReply =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'stats'; readonly stats: TargetStats }
  | { readonly kind: 'closed'; readonly stats: TargetStats }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
