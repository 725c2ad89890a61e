import type * as redis from 'redis';
import { loadPeer, PEERS } from '../optional-peer.ts';

/** Of the `redis` package, imported when a job needs it. */
export type RedisLibrary = typeof redis;

export type ClientOptions = NonNullable<Parameters<RedisLibrary['createClient']>[0]>;

/** One connection of the client library: what we use of it. */
export interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  /** Rejects with an `ErrorReply` when the server says no, otherwise because the connection is gone. */
  sendCommand(words: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** @throws {LoadbotError} when it is not installed */
export async function loadRedis(): Promise<RedisLibrary> {
  return loadPeer(PEERS.redis, () => import('redis'));
}
