import type { ConnectionFactory, HttpConnectionOptions } from '../connection.ts';
import type { Endpoint } from '../endpoint.ts';
import { Http2Connection } from './http2-connection.ts';
import { SessionPool } from './session-pool.ts';

/**
 * Creates the factories of a job's sessions, one for each in order. Sessions are dealt to groups of equal size, at most
 * `streams` each; a group shares its connections.
 * @returns the factory of the next session
 */
export function http2Factories(streams: number, sessions: number): () => ConnectionFactory {
  if (streams === 1) return () => createAlone;
  const groups = Array.from({ length: Math.ceil(sessions / streams) }, () => groupFactory(streams));
  let next = 0;
  return () => groups[next++ % groups.length] ?? createAlone;
}

const createAlone: ConnectionFactory = (options, listener) =>
  new Http2Connection(options, listener, new SessionPool(options, 1));

function groupFactory(streams: number): ConnectionFactory {
  const pools = new WeakMap<Endpoint, SessionPool>();
  const poolOf = (options: HttpConnectionOptions): SessionPool => {
    const pool = pools.get(options.endpoint) ?? new SessionPool(options, streams);
    pools.set(options.endpoint, pool);
    return pool;
  };
  return (options, listener) => new Http2Connection(options, listener, poolOf(options));
}
