import type * as redis from 'redis';

/** The `redis` package, imported on demand. */
export type RedisLibrary = typeof redis;

export type ClientOptions = NonNullable<Parameters<RedisLibrary['createClient']>[0]>;

/** The used part of the client library's connection. */
export interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  /** Rejects with an `ErrorReply` when the server rejects the command, otherwise because the connection is closed. */
  sendCommand(words: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}
